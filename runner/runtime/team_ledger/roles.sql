-- Roles of the ledger, to be run once by the database's administrator, after the tables are there.
-- Whoever applies may add to journals, and never change or remove a line of one. To unlock a run of
-- somebody else takes pg_signal_backend as well. Whoever approves plans is a user of the database by name, with a
-- login of the person's own, and in order_batch_approver; what was said is never changed or removed.
do $$ begin
    if not exists (select from pg_roles where rolname = 'order_batch_runner') then create role order_batch_runner; end if;
    if not exists (select from pg_roles where rolname = 'order_batch_reader') then create role order_batch_reader; end if;
    if not exists (select from pg_roles where rolname = 'order_batch_approver') then create role order_batch_approver; end if;
end $$;

grant usage on schema order_batch to order_batch_runner, order_batch_reader, order_batch_approver;
grant select on all tables in schema order_batch to order_batch_runner, order_batch_reader, order_batch_approver;
grant insert on order_batch.account, order_batch.api_key, order_batch.journal, order_batch.chunk to order_batch_runner;
grant update (fence, holder, held_since, looked_until, halted) on order_batch.account to order_batch_runner;
grant insert on order_batch.plan_use, order_batch.halt to order_batch_runner;
grant insert, update on order_batch.spend, order_batch.seen_id to order_batch_runner;
grant insert, update on order_batch.nonce to order_batch_runner, order_batch_reader;
grant insert (plan, revoked, reason) on order_batch.approval to order_batch_approver;
