-- Runs of the reconciliation: a comparison of everything that all services say, done a slice at a time. They are kept.

create table reconciliation_runs (
  id text not null primary key,
  started_at text not null,
  -- A user's id, or 'gateway' for the nightly one.
  started_by text not null,
  finished_at text,
  -- How many slices are done. Of two that are done at once, one is refused.
  slices integer not null default 0,
  -- Where it stands, as JSON: what is left to look at, each with the cursor after which it goes on.
  lanes text not null constraint reconciliation_runs_lanes check (json_valid(lanes)),
  -- What was found so far, as JSON.
  checks text not null constraint reconciliation_runs_checks check (json_valid(checks)),
  constraint reconciliation_runs_end check ((finished_at is not null) = (lanes = '[]'))
) strict;
create index reconciliation_runs_by_time on reconciliation_runs (started_at, id);
create unique index reconciliation_runs_one_at_a_time on reconciliation_runs (finished_at is null) where finished_at is null;

create trigger reconciliation_runs_slices before update on reconciliation_runs
when old.finished_at is not null or new.slices <> old.slices + 1
begin
  select raise(abort, 'rule:reconciliation_runs_slices');
end;

create trigger reconciliation_runs_no_delete before delete on reconciliation_runs
begin
  select raise(abort, 'rule:reconciliation_runs_no_delete');
end;
