import type { PgPool } from '../../../src/pg/index.ts'

const SCHEMA = `
create table if not exists users (
  id            integer generated always as identity primary key,
  name          text not null,
  email         text not null unique,
  city          text not null,
  credits       integer not null default 0 check (credits >= 0),
  password_hash text not null,
  created_at    timestamptz not null default now()
);
create table if not exists products (
  id          integer generated always as identity primary key,
  name        text not null,
  category    text not null,
  price_cents integer not null check (price_cents > 0)
);
create table if not exists orders (
  id        integer generated always as identity primary key,
  user_id   integer not null references users,
  status    text not null check (status in ('placed', 'paid', 'shipped', 'delivered')),
  placed_at timestamptz not null
);
create index if not exists orders_by_user on orders (user_id);
create table if not exists order_items (
  order_id         integer not null references orders,
  product_id       integer not null references products,
  quantity         integer not null check (quantity > 0),
  unit_price_cents integer not null,
  primary key (order_id, product_id)
);
create table if not exists credit_changes (
  id         bigint generated always as identity primary key,
  user_id    integer not null references users,
  delta      integer not null,
  changed_at timestamptz not null default now()
);
create index if not exists credit_changes_by_user on credit_changes (user_id);`

/** Creates the tables that are missing. */
export async function createTables(db: PgPool): Promise<void> {
  await db.exec(SCHEMA)
}

/** @returns whether the database has no users yet */
export async function isEmpty(db: PgPool): Promise<boolean> {
  const { present } = await db.one<{ present: boolean }>(
    'select exists (select from users) as present',
  )
  return !present
}
