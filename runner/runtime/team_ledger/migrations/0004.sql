-- Halts of an account and their ends, which are only ever added. `halted` is what holds now; an intent's insert
-- reads it `for share`, so that a halt waits for those that were let pass before, and lets none pass after.
alter table order_batch.account add column halted boolean not null default false;

create table order_batch.halt (
    id integer primary key generated always as identity,
    account integer not null references order_batch.account,
    halted boolean not null,
    by text not null default session_user,
    host text not null,
    reason text not null,
    at timestamptz not null default clock_timestamp()
);
