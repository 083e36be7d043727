-- Who did what lately, for rate limits: the accepted requests' times, so never more than the limit. The
-- key is a digest of what is counted and for whom: no address, e-mail or user id can be read from it.
-- A request changes no indexed column, so that counting needs no index work.
create table request_counts (
  key bytea primary key,
  hits timestamptz[] not null,
  -- Whether the latest request was accepted.
  allowed boolean not null,
  expires_at timestamptz not null
) with (fillfactor = 50);
