-- Whose account it is at a provider such as Hugging Face. Told by the provider's subject alone, never by an
-- e-mail address: that of a password account has not been verified by anybody.
create table identities (
  provider text not null,
  subject text not null,
  user_id uuid not null references users (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (provider, subject)
);

create index identities_user on identities (user_id);

-- A finished sign-in on its way to the page: for a minute, once, and for one browser. The digest is of the
-- code together with that browser's secret.
create table sign_in_codes (
  code_hash bytea primary key,
  user_id uuid not null references users (id) on delete cascade,
  expires_at timestamptz not null
);

create index sign_in_codes_user on sign_in_codes (user_id);

create index sign_in_codes_expiry on sign_in_codes (expires_at);
