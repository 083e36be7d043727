-- Documents that an ingest gave up because they took too much work. One with the same hash is not read again.
create table abandoned_documents (
  source text not null,
  path text not null,
  hash text not null,
  failure text not null,
  abandoned_at timestamptz not null default now(),
  primary key (source, path)
);
