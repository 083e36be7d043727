-- The address as it is compared: NFKC, lower case. Guests have none; a password is there where one was set.
alter table users add column email text;

alter table users add column name text;

alter table users add column password_hash text;

create unique index users_email on users (email);

-- For the sweep of idle guests.
create index users_guests on users (created_at) where kind = 'guest';

-- What kind of device it is, in a few words.
alter table sessions add column user_agent text;

create index sessions_expiry on sessions (expires_at);

-- Keys of machine clients: of each the SHA-256 of its secret alone.
create table api_keys (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  name text not null,
  scopes text[] not null,
  secret_hash bytea not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  expires_at timestamptz
);

create index api_keys_user on api_keys (user_id);

create index api_keys_expiry on api_keys (expires_at) where expires_at is not null;
