-- What a client that names its conversations itself calls one of them.
alter table conversations add column client_key text;

create unique index conversations_client_key on conversations (owner_id, client_key);
