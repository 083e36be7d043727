-- A run is a turn whose answer is being written. Its answer's updated_at is a lease, which the writing process renews.

-- Null in answers begun by a version that wrote no log.
alter table messages add column dialect text;
-- Whether a caller without a token may read the run by the answer's id.
alter table messages add column asked_without_token boolean;
-- Set by another process than the one that writes the answer, which reads it when it renews the lease.
alter table messages add column stop_requested boolean;
-- What the dialect keeps of its request, as JSON.
alter table messages add column request text;
-- Of an answer: the answer that its turn goes on from, where the client named it. It may have been deleted.
alter table messages add column continues uuid;

-- The parts of each run, in order, in batches; deleted a day after the run began.
create table run_parts (
  message_id uuid not null references messages (id) on delete cascade,
  -- The position after the batch's last part. Batches may overlap: a batch whose reply was lost is sent again.
  until integer not null,
  -- JSON as it was written, because jsonb would reorder the keys.
  parts text not null,
  primary key (message_id, until)
);
