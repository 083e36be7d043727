-- What the owner of an answer thinks of it. The note is there only where STORE_QUESTIONS was on.
create table feedback (
  message_id uuid primary key references messages (id) on delete cascade,
  vote text not null check (vote in ('good', 'bad')),
  note text,
  created_at timestamptz not null default now()
);

create index feedback_newest on feedback (created_at desc, message_id desc);

-- Of an answer: whether it says that the documents do not answer; and whether STORE_QUESTIONS was on when it ended,
-- so that the operator may read it and its question.
alter table messages
  add column refused boolean not null default false,
  add column operator_may_read boolean not null default false;
