-- What a document says of itself in a sentence, and which version and translation of the documentation
-- its folder makes it. Null version: the newest, which has no folder; null language: the documents' own.
alter table documents
  add column description text,
  add column version text,
  add column language text;
