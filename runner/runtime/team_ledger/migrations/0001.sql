-- The ledger of a team: one journal for all runners, desks and machines on an account.
create schema order_batch;

create table order_batch.migration (
    version integer primary key,
    tool text not null,
    applied_at timestamptz not null default now(),
    applied_by text not null default session_user
);

-- An account at an exchange. `fence` grows with each holder: what an earlier one writes finds no row.
create table order_batch.account (
    id integer primary key generated always as identity,
    name text not null,
    exchange text not null,
    fence bigint not null default 0,
    holder jsonb,
    held_since timestamptz,
    created_at timestamptz not null default now(),
    unique (name, exchange)
);

-- The API keys of an account, by their fingerprints. Keys change, accounts do not.
create table order_batch.api_key (
    fingerprint text not null,
    exchange text not null,
    account integer not null references order_batch.account,
    primary key (fingerprint, exchange)
);

create table order_batch.journal (
    id integer primary key generated always as identity,
    account integer not null references order_batch.account,
    batch text not null,
    run_key text not null,
    created_at timestamptz not null default now(),
    unique (account, batch, run_key)
);

-- What one group commit of a run made durable: whole lines, which follow those of the chunk before.
create table order_batch.chunk (
    journal integer not null references order_batch.journal,
    seq integer not null,
    fence bigint not null,
    lines text not null,
    previous text not null,
    digest text not null,
    written_at timestamptz not null default clock_timestamp(),
    written_by text not null default session_user,
    primary key (journal, seq)
);
