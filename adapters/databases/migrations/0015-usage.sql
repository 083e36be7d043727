-- Answers and tokens of each day (UTC), of all callers together. One row a day, which every answer's last statement
-- adds to; it has room to be updated in place.
create table daily_usage (
  day date primary key,
  answered integer not null default 0,
  refused integer not null default 0,
  interrupted integer not null default 0,
  failed integer not null default 0,
  input_tokens bigint not null default 0,
  output_tokens bigint not null default 0,
  -- How many answers had their first token within each of the bounds in handlers/usage/first-token.ts.
  first_tokens integer[] not null default '{}'
) with (fillfactor = 50);

-- The tokens that each user, or each address of guests, has used in a day (UTC): what DAILY_TOKEN_BUDGET counts. The
-- payer is a digest, as the key of request_counts.
create table daily_spending (
  day date not null,
  payer bytea not null,
  tokens bigint not null,
  primary key (day, payer)
) with (fillfactor = 50);
