-- What the assistant did or tried while it made an answer, in order, with what came of it.
alter table messages add column tool_calls jsonb not null default '[]';

-- What the assistant proposed and only its user may set off: once, and while it has not expired.
create table confirmations (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  conversation_id uuid not null references conversations (id) on delete cascade,
  tool text not null,
  arguments jsonb not null,
  summary text not null,
  expires_at timestamptz not null,
  decision text check (decision in ('approved', 'declined')),
  decided_at timestamptz,
  created_at timestamptz not null default now()
);

create index confirmations_user on confirmations (user_id);
create index confirmations_conversation on confirmations (conversation_id);
