-- The vectors that one embedding model made of the passages, in one place: the database, or a Qdrant
-- collection. A search uses the newest set that is complete, so a change of model is a new set that
-- fills while the old one serves. Whoever holds the lease fills it.
create table vector_sets (
  id integer generated always as identity primary key,
  store text not null,
  model text not null,
  dimensions integer not null,
  state text not null default 'filling' check (state in ('filling', 'serving')),
  lease_holder uuid,
  lease_until timestamptz not null default '-infinity',
  created_at timestamptz not null default now(),
  unique (store, model, dimensions)
);

-- Which passages a set has, and the hash of the text that was embedded. The vectors themselves are in
-- passage_vectors, made together with the extension where there is one, or outside.
create table embedded_passages (
  set_id integer not null,
  number integer not null,
  hash uuid not null,
  primary key (set_id, number)
);

create index embedded_passages_hash on embedded_passages (set_id, hash);
