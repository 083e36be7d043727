-- Sentences of an answer that no passage supports which they cite, as [{start, end}] in its text.
alter table messages add column unsupported jsonb not null default '[]';
