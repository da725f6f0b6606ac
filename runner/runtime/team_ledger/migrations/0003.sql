-- What people said of saved plans: that they approve one, or take that back. `plan` is the SHA-256 of the plan.
create table order_batch.approval (
    id bigint primary key,
    plan text not null check (plan ~ '^[0-9a-f]{64}$'),
    revoked boolean not null,
    reason text not null check (length(reason) between 1 and 2000),
    said_by text not null,
    said_at timestamptz not null
);
create index on order_batch.approval (plan, id);

-- Who said it and when is not the client's to say. Whoever applies counts under the same lock, shared: what is
-- revoked when this returns does not count for any run that has sent nothing yet.
create function order_batch.stamp_approval() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
    perform pg_advisory_xact_lock(1868850772);
    new.id := coalesce((select max(id) from order_batch.approval), 0) + 1;
    new.said_by := session_user;
    new.said_at := clock_timestamp();
    return new;
end $$;
create trigger stamp before insert on order_batch.approval
    for each row execute function order_batch.stamp_approval();
