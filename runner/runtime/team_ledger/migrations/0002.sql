-- What one holder has drawn of a policy's limit of a day: `before` was counted anew from all journals of the
-- account, `drawn` is what its intents take since. The check is the last guard: an intent beyond it is no row.
create table order_batch.spend (
    account integer not null references order_batch.account,
    day date not null,
    rule text not null,
    journal integer not null references order_batch.journal,
    fence bigint not null,
    before numeric not null,
    drawn numeric not null,
    most numeric,
    primary key (account, day, rule),
    constraint spend_within_limit check (most is null or before + drawn <= most)
);

-- The saved plans that were begun, by their digests: each once.
create table order_batch.plan_use (
    account integer not null references order_batch.account,
    plan text not null,
    journal integer not null references order_batch.journal,
    holder jsonb,
    used_at timestamptz not null default clock_timestamp(),
    used_by text not null default session_user,
    constraint plan_used_once primary key (account, plan)
);

-- The last nonce of an API key, over all machines.
create table order_batch.nonce (
    fingerprint text not null,
    exchange text not null,
    last bigint not null,
    primary key (fingerprint, exchange)
);

-- The account's closed orders were read completely up to a time (Unix seconds); these are the ids that their
-- authors gave them, each with the time at which the first order of it was opened.
alter table order_batch.account add column looked_until double precision;
create table order_batch.seen_id (
    account integer not null references order_batch.account,
    id text not null,
    opened_at double precision not null,
    primary key (account, id)
);

-- Lines are alike: lz4 makes a tenth of them in less time than it takes to write them. Where the server was built
-- without it they are written as they are, for its older way takes longer.
do $$ begin
    alter table order_batch.chunk alter column lines set compression lz4;
exception when feature_not_supported then
    alter table order_batch.chunk alter column lines set storage external;
end $$;
