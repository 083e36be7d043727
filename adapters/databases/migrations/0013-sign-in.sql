-- The SHA-256 of a secret that all refresh tokens of a session share. It tells a token that was replaced, which
-- ends the session, from one that never belonged to it. Null in sessions that began before there was one.
alter table sessions add column family_hash bytea;

-- From which addresses an account was signed into: wrong passwords from elsewhere do not lock it out there. The
-- digest is keyed with the signing secret, so no address can be read from it.
create table known_addresses (
  user_id uuid not null references users (id) on delete cascade,
  address_hash bytea not null,
  seen_at timestamptz not null default now(),
  primary key (user_id, address_hash)
);

create index known_addresses_seen on known_addresses (seen_at);
