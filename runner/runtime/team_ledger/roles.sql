-- Roles of the ledger, to be run once by the database's administrator.
-- Whoever applies may add to journals, and never change or remove a line of one.
do $$ begin
    if not exists (select from pg_roles where rolname = 'order_batch_runner') then create role order_batch_runner; end if;
    if not exists (select from pg_roles where rolname = 'order_batch_approver') then create role order_batch_approver; end if;
    if not exists (select from pg_roles where rolname = 'order_batch_reader') then create role order_batch_reader; end if;
end $$;

grant usage on schema order_batch to order_batch_runner, order_batch_approver, order_batch_reader;
grant select on all tables in schema order_batch to order_batch_runner, order_batch_approver, order_batch_reader;
grant insert on order_batch.account, order_batch.api_key, order_batch.journal, order_batch.chunk,
    order_batch.plan_use, order_batch.spend to order_batch_runner;
grant update (fence, holder, held_since, halted_at, halted_by, halted_for) on order_batch.account to order_batch_runner;
grant update (nonce) on order_batch.api_key to order_batch_runner;
grant update (used) on order_batch.spend to order_batch_runner;
grant insert (digest, reason) on order_batch.approval to order_batch_approver;
grant update (revoked_at, revoked_by, revoked_for) on order_batch.approval to order_batch_approver;
