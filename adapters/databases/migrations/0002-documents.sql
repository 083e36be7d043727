-- What a document says now is its passages of the current revision; other revisions are not yet, or
-- no longer, to be seen. So any number of passages changes hands by one small update.
create table documents (
  id uuid primary key,
  source text not null,
  path text not null,
  hash text not null,
  media_type text not null,
  title text not null,
  url text,
  revision bigint not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (source, path)
);

create index documents_newest on documents (updated_at desc, id);

-- Posting lists name a passage by number. They have 28 bits for it.
create sequence passage_numbers as integer maxvalue 268435455;

create table passages (
  number integer primary key,
  revision bigint not null,
  document_id uuid not null,
  ordinal integer not null,
  id uuid not null,
  heading_path jsonb not null,
  url text,
  span_start integer not null,
  span_end integer not null,
  text text not null
);

create index passages_revision on passages (revision, document_id, ordinal);

-- Passages that a changed or deleted document left behind, until they are swept.
create table retired_passages (
  revision bigint not null,
  document_id uuid not null,
  primary key (revision, document_id)
);

-- The search index is a few immutable segments. One is written while nobody looks ('building'), then
-- searched while its documents, whose revision it is, are shown part by part ('publishing'), then
-- 'live' until it is 'merged' with its like. When its writer dies it is 'abandoned' or, half
-- published, 'stranded' until what nobody will ever see is swept.
create table index_segments (
  id bigint generated always as identity primary key,
  state text not null default 'building' check (
    state in ('building', 'publishing', 'live', 'merged', 'abandoned', 'stranded')
  ),
  passages integer not null default 0,
  terms bigint not null default 0,
  first_number integer not null default 0,
  last_number integer not null default 0,
  touched_at timestamptz not null default now()
);

-- The posting lists of neighbouring features, one behind another; ends[i] is where that of features[i] ends.
create table index_blocks (
  segment_id bigint not null,
  first_feature integer not null,
  features integer[] not null,
  ends integer[] not null,
  postings bytea not null,
  primary key (segment_id, first_feature)
);

-- Uncompressed, a part of a long list can be read without the rest, and a directory without any work.
alter table index_blocks
  alter column features set storage plain,
  alter column ends set storage plain,
  alter column postings set storage external;
