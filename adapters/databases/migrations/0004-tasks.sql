-- `updated_at` is in whole milliseconds and every change moves it on by at least one: it is the task's
-- version, and so its ETag. The folded texts are what search and sorting go by: made in our code, so that
-- no database's locale decides which letters are alike.
create table tasks (
  id uuid primary key,
  owner_id uuid not null references users (id) on delete cascade,
  title text not null,
  description text not null default '',
  completed boolean not null default false,
  folded_title text collate "C" not null,
  folded_description text collate "C" not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default date_trunc('milliseconds', now())
);

create index tasks_owner on tasks (owner_id, created_at desc, id desc);
