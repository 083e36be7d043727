-- A guest is a user without an e-mail address; every conversation has an owner from its first row.
create table users (
  id uuid primary key,
  kind text not null check (kind in ('guest', 'user')),
  created_at timestamptz not null default now()
);

-- A signed-in device. Tokens are kept as SHA-256 only; the previous one for the retry of a lost reply.
create table sessions (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  refresh_hash bytea not null,
  previous_hash bytea,
  rotated_at timestamptz not null default now(),
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);

create index sessions_user on sessions (user_id);

create table conversations (
  id uuid primary key,
  owner_id uuid not null references users (id) on delete cascade,
  title text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index conversations_owner on conversations (owner_id, updated_at desc);

create table messages (
  id uuid primary key,
  conversation_id uuid not null references conversations (id) on delete cascade,
  role text not null check (role in ('user', 'assistant')),
  content text not null,
  sources jsonb not null default '[]',
  status text not null check (status in ('streaming', 'complete', 'stopped', 'failed')),
  finish_reason text,
  usage jsonb,
  updated_at timestamptz not null default now(),
  created_at timestamptz not null default now()
);

create index messages_conversation on messages (conversation_id, id);
