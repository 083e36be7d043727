import type { Statement } from "../../../handlers/ports/database.ts";
import { quoted, type StoredTable } from "../tables.ts";

/** Triggers that note the keys of a table's rows in `backup.changes`. */
export function triggersOf({ name, key }: StoredTable): Statement[] {
  const table = quoted(name);
  const note = quoted(`note_${name}`);
  const noteKey = quoted(`note_key_${name}`);
  const event = (kind: string, image: "new" | "old") => `
    create or replace trigger backup_${kind} after ${kind} on ${table}
    referencing ${image} table as touched for each statement execute function backup.${note}()`;
  const changed = key.map((each) => `old.${quoted(each)} is distinct from new.${quoted(each)}`);
  return [
    functionOf(note, `select '${name}', ${keyOf(key)} from touched`),
    functionOf(noteKey, `select '${name}', ${keyOf(key, "old.")}`),
    event("insert", "new"),
    event("update", "new"),
    event("delete", "old"),
    // A row whose key changes is gone under its old one.
    `create or replace trigger backup_key after update of ${key.map(quoted).join(", ")} on ${table}
     for each row when (${changed.join(" or ")}) execute function backup.${noteKey}()`,
  ].map((text) => ({ text, values: [] }));
}

function functionOf(name: string, selection: string): string {
  return `create or replace function backup.${name}() returns trigger language plpgsql as $$
    begin
      insert into backup.changes (relation, key) ${selection};
      return null;
    end $$`;
}

function keyOf(key: readonly string[], from = ""): string {
  const pairs = key.map((name) => `'${name}', ${from}${quoted(name)}`);
  return `jsonb_build_object(${pairs.join(", ")})`;
}

/** `backup.read_changes`. One function reads all tables, so that a page of changes is one statement with one snapshot. */
export function readingFunction(tables: readonly StoredTable[]): Statement {
  const cases = tables.map(
    ({ name, key }) => `when '${name}' then return query
      with keys as materialized (
        select element, typed.* from jsonb_array_elements(page.keys) as element,
          jsonb_populate_record(null::public.${quoted(name)}, element) as typed
      )
      select page.relation, page.last, page.changes,
        coalesce(string_agg(to_jsonb(present.row)::text, ',') filter (where is_there), ''),
        coalesce(string_agg(keys.element::text, ',') filter (where is_there is null), '')
      -- The limit has the row looked up by its key, where the planner would else scan the table for so few keys.
      from keys left join lateral (
        select row, true as is_there from public.${quoted(name)} as row
        where ${key.map((each) => `row.${quoted(each)} = keys.${quoted(each)}`).join(" and ")} limit 1
      ) as present on true;`,
  );
  const text = `create or replace function backup.read_changes(after bigint, most integer)
    returns table (relation text, last bigint, changes bigint, present text, gone text)
    language plpgsql stable as $$
    #variable_conflict use_column
    declare page record;
    begin
      for page in
        select found.relation, max(found.id) as last, count(*) as changes,
          jsonb_agg(distinct found.key) as keys
        from (
          select id, relation, key from backup.changes where id > after order by id limit most
        ) as found
        group by found.relation
      loop
        case page.relation ${cases.join("\n")}
        -- A table that a migration has removed.
        else null;
        end case;
      end loop;
    end $$`;
  return { text, values: [] };
}
