//! All of them.

use contracts::Service;

use super::Edit;

mutations! {
    /// Stock may fall below nothing: deduct without the check.
    DeductWithoutCheck = "deduct-without-check": schema [
        Inventory: "check (on_hand >= 0)" => "check (1)",
        Inventory: "constraint stock_value check (value_minor between 0 and 9007199254740991)" => "",
        Inventory: "constraint stock_nothing_is_worth_nothing check (on_hand > 0 or value_minor = 0)" => "check (1)",
        Inventory: "check (units >= 0)" => "check (1)",
        Inventory: "check (value_minor between 0 and 9007199254740991)" => "check (1)",
        Inventory: "check ((quantity > 0 and value_minor >= 0) or (quantity < 0 and value_minor <= 0))" => "check (1)"
    ], sql [];
    /// A deduction of an order may happen again.
    DeductAgain = "deduct-again": schema [
        Inventory: "select raise(abort, 'rule:stock_operations.id');" => "select 1;",
        Inventory: "when old.answer is not null or" => "when"
    ], sql [
        "insert into stock_operations": "values (?1, ?2, ?3, ?4, ?5)" => "values (?1, ?2, ?3, ?4, ?5) on conflict (id) do nothing",
        "insert into movements (id, operation_id, warehouse_id, sku, kind, quantity, value_minor, reason, occurred_at)":
            "select ?1 || ':' || (i.value ->> 'sku'), ?1"
            => "select ?1 || ':' || (i.value ->> 'sku') || iif(?3 = 'Sale', (select count(*) from movements), ''), ?1"
    ];
    /// Inventory forgets that it refused an order.
    ForgetRefusals = "forget-refusals": schema [], sql [
        "insert into stock_refusals": "values (?1, ?2, ?3, ?4)" => "select ?1, ?2, ?3, ?4 where 0"
    ];
    /// The trigger that applies movements to the stock forgets the units of sales.
    MovementsNotApplied = "movements-not-applied": schema [
        Inventory: "set on_hand = on_hand + new.quantity," => "set on_hand = on_hand + iif(new.kind = 'Sale', 0, new.quantity),"
    ], sql [];
    /// What an offline sale lacks is not booked.
    ShortageNotBooked = "shortage-not-booked": schema [], sql [
        "'Variance', -(i.value ->> 'delta') - s.on_hand": "> s.on_hand" => "> s.on_hand and 0"
    ];
    /// What an adjustment or a shortage is worth is not told to the books.
    AdjustmentsNotTold = "adjustments-not-told": schema [], sql [
        "'$.data.lines'": "having count(*) > 0" => "having count(*) > 99"
    ];
    /// Nobody keeps which messages were taken in.
    DropInbox = "drop-inbox": schema [], sql [
        "insert into inbox": "values (?1, ?2, ?3)" => "select ?1, ?2, ?3 where 0"
    ];
    /// Neither the inbox nor the source of an entry stops a second booking.
    BookTwice = "book-twice": schema [
        Accounting: "select raise(abort, 'rule:journal_entries.source_id')" => "select 1",
        Accounting: "source_id text unique," => "source_id text,"
    ], sql [
        "insert into inbox": "values (?1, ?2, ?3)" => "select ?1, ?2, ?3 where 0"
    ];
    /// Messages reach the queues before the batch that makes them true.
    PublishBeforeCommit = "publish-before-commit": schema [], sql [];
    /// A batch that fails has left its first half behind.
    HalfABatch = "half-a-batch": schema [], sql [];
    /// A unit that was refused among others is told that it is done.
    RefusalLostInGroup = "refusal-lost-in-group": schema [], sql [];
    /// The outbox loses the last message of a batch.
    LoseOutboxRows = "lose-outbox-rows": schema [], sql [
        "insert into outbox (id, queue, body, created_at, delivered_at)":
            "from json_each(?1) where true" => "from json_each(?1) where key < json_array_length(?1) - 1"
    ];
    /// A message counts as delivered when it is written.
    DeliveredWhenWritten = "delivered-when-written": schema [], sql [
        "insert into outbox (id, queue, body, created_at, delivered_at)":
            "iif(value ->> 1 = '', ?2, null) from json_each(?1)" => "?2 from json_each(?1)"
    ];
    /// A message counts as delivered when the relay offers it.
    ConfirmWithoutReading = "confirm-without-reading": schema [], sql [];
    /// A reader says that it has every message that it is asked about.
    ClaimEveryMessage = "claim-every-message": schema [], sql [
        "select json_group_array(value) as ids from json_each(?1)": "where exists" => "where 1 or exists"
    ];
    /// A reader says that it has settled what it only failed to take in.
    FailedIsSettled = "failed-is-settled": schema [], sql [
        "select json_group_array(value) as ids from json_each(?1)": "and buried_at is not null" => ""
    ];
    /// The relay marks everything for a reader as soon as that has one of its messages.
    MarkMoreThanSettled = "mark-more-than-settled": schema [], sql [
        "update outbox set delivered_at": "id in (select value from json_each(?2))" => "json_array_length(?2) > 0"
    ];
    /// The queue is trusted: nothing is ever relayed.
    TrustTheQueue = "trust-the-queue": schema [], sql [
        "select id, queue, body from outbox where delivered_at is null": "created_at < ?2" => "created_at < ?2 and 0",
        "select id, created_at from outbox where delivered_at is null": "created_at < ?2" => "created_at < ?2 and 0"
    ];
    /// What nobody could process is thrown away.
    DropDeadLetters = "drop-dead-letters": schema [], sql [
        "insert into dead_letters": "from json_each(?1) where true" => "from json_each(?1) where false"
    ];
    /// A known idempotency key is not looked at, and taken again.
    SkipIdempotency = "skip-idempotency": schema [], sql [
        "select request_hash, created_at, status, content_type, etag, answer from idempotency_keys": "and key = ?2" => "and key = ?2 and 0",
        "insert into idempotency_keys": "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)" => "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) on conflict do nothing"
    ];
    /// Idempotency keys are forgotten with the next sweep.
    ForgetKeysEarly = "forget-keys-early": schema [], sql [
        "delete from idempotency_keys": "created_at < ?1" => "created_at > ?1"
    ];
    /// The inbox forgets what it has taken in while it can still arrive, and nothing else stops a second booking.
    PruneInboxEarly = "prune-inbox-early": schema [
        Accounting: "select raise(abort, 'rule:journal_entries.source_id')" => "select 1",
        Accounting: "source_id text unique," => "source_id text,"
    ], sql [
        "delete from inbox": "received_at < ?1" => "received_at > ?1"
    ];
    /// Messages are deleted that nobody has confirmed.
    PruneUnconfirmed = "prune-unconfirmed": schema [], sql [
        "delete from outbox": "delivered_at < ?1" => "(delivered_at is null or ?1 = '')"
    ];
    /// Checkouts that stopped are not taken up again.
    IgnoreCheckoutSweep = "ignore-checkout-sweep": schema [], sql [
        "from orders o": "o.saga_step is not null and o.saga_since < ?1" => "o.saga_step is not null and o.saga_since < ?1 and 0"
    ];
    /// Refunds that stopped are not taken up again.
    IgnoreRefundSweep = "ignore-refund-sweep": schema [], sql [
        "select id from refunds where status <> 'Completed'": "updated_at < ?1" => "updated_at < ?1 and 0"
    ];
    /// A run that was overtaken stores its step all the same.
    AcceptStaleVersions = "accept-stale-versions": schema [
        Order: "when new.version <> old.version + 1\nbegin\n  select raise(abort, 'rule:orders_version');" => "when 0\nbegin\n  select 1;",
        Order: "(old.status = 'PendingPayment' and new.status in" => "1 or (old.status = 'PendingPayment' and new.status in",
        Order: "when old.status in ('Captured', 'Declined', 'Voided')" => "when 0"
    ], sql [];
    /// The sale is completed before the goods are asked for.
    CompleteBeforeDeduct = "complete-before-deduct": schema [], sql [];
    /// No answer from inventory is taken for a refusal.
    SilenceIsRefusal = "silence-is-refusal": schema [], sql [];
    /// The void of an authorisation is forgotten.
    ForgetTheVoid = "forget-the-void": schema [], sql [
        "insert into test_provider_payments": "set status = 'Voided' where status <> 'Captured'" => "set status = status"
    ];
    /// The capture is forgotten.
    ForgetTheCapture = "forget-the-capture": schema [], sql [
        "update test_provider_payments set status": "set status = ?2" => "set status = status"
    ];
    /// A capture that is asked for again takes the money again.
    CaptureTwice = "capture-twice": schema [], sql [
        "update test_provider_payments set calls": "returning calls, token, status"
            => "returning calls, token, iif(status = 'Captured', 'Authorised', status) as status",
        "update test_provider_payments set status": "set status = ?2"
            => "set amount_minor = iif(status = 'Captured', amount_minor * 2, amount_minor), status = ?2"
    ];
    /// A payment that is captured is not marked so.
    PaymentsNotMarked = "payments-not-marked": schema [], sql [
        "update payments set status = ?2": "where order_id = ?1" => "where order_id = ?1 and ?2 <> 'Captured'"
    ];
    /// More may go back than was sold.
    RefundTooMuch = "refund-too-much": schema [
        Order: "select raise(abort, 'rule:refund_lines_stale');" => "select 1;",
        Order: "select raise(abort, 'rule:refund_lines_quantity:' || new.sku);" => "select 1;",
        Order: "select raise(abort, 'rule:refund_payments_captured');" => "select 1;",
        Order: "constraint orders_refunded check (refunded_minor between 0 and total_minor)" => "check (1)"
    ], sql [];
    /// More may be sent than was bought.
    ShipTooMuch = "ship-too-much": schema [
        Order: "check (packed + shipped + withdrawn <= quantity)" => "check (1)",
        Order: "check (open >= 0)" => "check (1)"
    ], sql [];
    /// What was refunded before it was sent is sent.
    RefundedIsSent = "refunded-is-sent": schema [
        Order: "withdrawn = withdrawn + iif(new.of_shipped = 1, 0, min(new.quantity, quantity - packed - shipped - withdrawn))" => "withdrawn = withdrawn"
    ], sql [];
    /// An order of which everything has left does not say so.
    FulfilledNotSaid = "fulfilled-not-said": schema [
        Order: "iif(shipped > 0, 'Fulfilled', 'Cancelled')" => "iif(shipped > 0, 'PartiallyFulfilled', 'Cancelled')"
    ], sql [];
    /// Customers are not told what has left.
    ShipmentsNotTold = "shipments-not-told": schema [], sql [
        "'mail-inbox', json_set": "where o.customer_email" => "where m.value ->> '$.body.data.content.template' <> 'OrderShipped' and o.customer_email"
    ];
    /// The credit limit binds nobody.
    NoCreditLimit = "no-credit-limit": schema [
        Order: "and owed_minor > credit_limit_minor" => "and 0"
    ], sql [];
    /// A cancelled order keeps its credit.
    CreditNotReleased = "credit-not-released": schema [], sql [
        "select 'cancel:' || order_id": "having sum(amount_minor) > 0" => "having sum(amount_minor) > 0 and 0"
    ];
    /// An invoice may be paid twice over.
    OverpaidInvoices = "overpaid-invoices": schema [
        Accounting: "constraint invoices_not_overpaid check (paid_minor + credited_minor <= total_minor)" => "check (1)"
    ], sql [];
    /// What a credit has settled is not counted: it may be used again.
    CreditsNotCounted = "credits-not-counted": schema [
        Accounting: "update customer_credits set applied_minor = applied_minor + new.amount_minor" => "update customer_credits set applied_minor = applied_minor"
    ], sql [];
    /// Posting does not move the balances.
    BalancesNotKept = "balances-not-kept": schema [
        Accounting: "set debit_minor = debit_minor + excluded.debit_minor," => "set debit_minor = debit_minor,"
    ], sql [];
    /// A closed month can be booked into.
    ClosedMonthOpen = "closed-month-open": schema [
        Accounting: "select raise(abort, 'rule:periods_closed:' || name)" => "select 1"
    ], sql [];
    /// A new price is answered and not kept.
    PricesNotKept = "prices-not-kept": schema [], sql [
        "insert into variants": "price_minor = excluded.price_minor" => "price_minor = price_minor"
    ];
    /// The memory of the catalogue is told the same version, whatever changes.
    MemoryIgnoresVersion = "memory-ignores-version": schema [], sql [];
    /// A new price does not raise the version of the catalogue.
    PricesWithoutVersion = "prices-without-version": schema [
        Product: "after update on variants\nbegin\n  update catalogue_version" => "after update on variants\nwhen 0\nbegin\n  update catalogue_version",
        Product: "after update on products\nbegin\n  update catalogue_version" => "after update on products\nwhen 0\nbegin\n  update catalogue_version"
    ], sql [];
    /// An order that is changed keeps what it came to.
    ChangedAtOldTotal = "changed-at-old-total": schema [], sql [
        "update orders set version": "total_minor = value ->> 'total_minor'" => "total_minor = total_minor"
    ];
    /// Of two messages about a product the one that comes last counts, not the younger one.
    LateNewsWins = "late-news-wins": schema [], sql [
        "insert into items": "where excluded.changed_at >= items.changed_at" => "where 1"
    ];
    /// Where a till's gap closes, the run behind it is not walked.
    GapsStayOpen = "gaps-stay-open": schema [
        Order: "where terminal_id = new.terminal_id and contiguous_through = new.terminal_sequence - 1"
            => "where terminal_id = new.terminal_id and contiguous_through = new.terminal_sequence - 1 and highest <= new.terminal_sequence"
    ], sql [];
    /// The end of a stock is announced only for sales of a single line.
    DepletedOnlyAlone = "depleted-only-alone": schema [], sql [
        "'$.data.previousQuantity'": "s.on_hand = 0" => "s.on_hand = 0 and json_array_length(?3) = 1"
    ];
    /// The end of a stock is announced while there is one unit.
    DepletedTooSoon = "depleted-too-soon": schema [], sql [
        "'$.data.previousQuantity'": "s.on_hand = 0" => "s.on_hand <= 1"
    ];
    /// Low stock is announced only when it is at its reorder point exactly.
    LowOnlyAtThePoint = "low-only-at-the-point": schema [], sql [
        "'$.data.reorderPoint', s.reorder_point": "s.on_hand <= s.reorder_point" => "s.on_hand = s.reorder_point"
    ];
    /// Alerts are not counted.
    AlertsNotCounted = "alerts-not-counted": schema [
        Inventory: "low_stock = low_stock + (new.alert > 0) - (old.alert > 0)" => "low_stock = low_stock"
    ], sql [];
    /// When goods run out, older orders of wholesale customers go on waiting.
    WholesaleWaits = "wholesale-waits": schema [], sql [
        "o.version, o.sales_channel, o.customer_id": "o.saga_step is null" => "o.saga_step is null and o.sales_channel = 'RetailWeb'"
    ];
    /// An order that is being paid when its goods run out is forgotten.
    PayersForgotten = "payers-forgotten": schema [], sql [
        "insert into depletions": "o.saga_step is not null" => "o.saga_step is not null and 0"
    ];
    /// Of several customers whose orders end, the first is told.
    FirstCustomerTold = "first-customer-told": schema [], sql [
        "m.value ->> '$.body.id'": "from json_each(?1) m" => "from (select * from json_each(?1) where key = 0) m"
    ];
    /// Only customers are told who were not charged.
    ChargedNotTold = "charged-not-told": schema [], sql [
        "m.value ->> '$.body.id'": "where o.customer_email is not null"
            => "where o.customer_email is not null and not coalesce(m.value ->> '$.body.data.content.data.givenBack', 0)"
    ];
    /// Nobody is told of a refund.
    RefundsNotTold = "refunds-not-told": schema [], sql [
        "m.value ->> '$.body.id'": "where o.customer_email is not null"
            => "where o.customer_email is not null and m.value ->> '$.body.data.content.template' <> 'OrderRefunded'"
    ];
    /// Nobody gets an invoice.
    InvoicesNotTold = "invoices-not-told": schema [], sql [
        "m.value ->> '$.body.id'": "where o.customer_email is not null"
            => "where o.customer_email is not null and m.value ->> '$.body.data.content.template' <> 'Invoice'"
    ];
    /// A mail that the provider did not take at once is not tried again.
    MailsTriedOnce = "mails-tried-once": schema [], sql [
        "select * from mails where next_at is not null": "and next_at <= ?1" => "and next_at <= ?1 and attempts = 0"
    ];
    /// A mail whose attempt stopped half-way is not taken up again.
    StoppedMailsStay = "stopped-mails-stay": schema [], sql [
        "select * from mails where next_at is not null": "and next_at <= ?1" => "and next_at <= ?1 and status = 'Queued'"
    ];
    /// Silence of the mail provider counts as a mail that was sent.
    SilentMailIsSent = "silent-mail-is-sent": schema [], sql [];
    /// What an offline sale lacked needs no review.
    ShortageNotReviewed = "shortage-not-reviewed": schema [], sql [
        "'Variance', -(i.value ->> 'delta') - s.on_hand": "'CountCorrection', 1, ?4" => "'CountCorrection', 0, ?4"
    ];
    /// A sale does not say why it needs a review.
    ReviewsNotShown = "reviews-not-shown": schema [], sql [
        "update orders set status = 'Completed'": "review_reason = ?4" => "review_reason = null"
    ];
    /// New orders are not announced.
    OrdersNotAnnounced = "orders-not-announced": schema [], sql [
        "insert into outbox (id, queue, body, created_at, delivered_at)":
            "from json_each(?1) where true" => "from json_each(?1) where value ->> 2 not like '%\"OrderCreated\"%'"
    ];
    /// Payments are not announced.
    PaymentsNotAnnounced = "payments-not-announced": schema [], sql [
        "insert into outbox (id, queue, body, created_at, delivered_at)":
            "from json_each(?1) where true" => "from json_each(?1) where value ->> 2 not like '%\"PaymentConfirmed\"%'"
    ];
    /// Cancelled orders are not announced.
    CancellationsNotAnnounced = "cancellations-not-announced": schema [], sql [
        "insert into outbox (id, queue, body, created_at, delivered_at)":
            "from json_each(?1) where true" => "from json_each(?1) where value ->> 2 not like '%\"OrderCancelled\"%'"
    ];
    /// Transfers are not announced.
    TransfersNotAnnounced = "transfers-not-announced": schema [], sql [
        "insert into outbox (id, queue, body, created_at, delivered_at)":
            "from json_each(?1) where true" => "from json_each(?1) where value ->> 2 not like '%\"StockTransferred\"%'"
    ];
    /// Entries are not announced.
    EntriesNotAnnounced = "entries-not-announced": schema [], sql [
        "insert into outbox (id, queue, body, created_at, delivered_at)":
            "from json_each(?1) where true" => "from json_each(?1) where value ->> 2 not like '%\"JournalEntryPosted\"%'"
    ];
    /// New prices are not announced.
    PricesNotAnnounced = "prices-not-announced": schema [], sql [
        "insert into outbox (id, queue, body, created_at, delivered_at)":
            "from json_each(?1) where true" => "from json_each(?1) where value ->> 2 not like '%\"PriceChanged\"%'"
    ];
    /// Each sale counts for the tills.
    DaysMixChannels = "days-mix-channels": schema [
        Order: "new.warehouse_id, new.sales_channel, 1, new.total_minor)" => "new.warehouse_id, 'POS', 1, new.total_minor)"
    ], sql [];
    /// A day counts one sale for each channel.
    DaysCountOnce = "days-count-once": schema [
        Order: "set orders = orders + 1, total_minor" => "set orders = orders, total_minor"
    ], sql [];
    /// A sale counts for the day before its own.
    DaysTooEarly = "days-too-early": schema [
        Order: "values (coalesce(new.business_day, substr(new.sold_at, 1, 10)), new.warehouse_id" => "values (date(new.sold_at, '-1 day'), new.warehouse_id"
    ], sql [];
    /// A request that waits seems to be another manager's.
    OwnApproval = "own-approval": schema [
        Gateway: "check (decided_by is null or (decided_by = requested_by) = (status = 'Withdrawn'))" => "check (1)"
    ], sql [
        "answer from approvals where id = ?1": "body, requested_by, role" => "body, '0193e9a0-0000-7000-8000-0000000000f2' as requested_by, role"
    ];
    /// What is approved and done is taken for what has stopped, and no key stops it from being done again.
    ApprovedAgain = "approved-again": schema [], sql [
        "order by decided_at limit": "from approvals where status = 'Approved'"
            => "from (select id, needed, method, path, content_type, if_match, body, requested_by, role, scope, requested_at, expires_at, \
                iif(status = 'Executed', 'Approved', status) as status, decided_by, decided_at, reason, answer_status, answer from approvals) where status = 'Approved'",
        "select request_hash, created_at, status, content_type, etag, answer from idempotency_keys": "and key = ?2" => "and key = ?2 and key not like 'approval-%'",
        "insert into idempotency_keys": "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)" => "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) on conflict do nothing",
        "insert into refunds (id": "value ->> 'request_key'" => "null"
    ];
    /// What was approved and has stopped stands still.
    IgnoreApprovalSweep = "ignore-approval-sweep": schema [], sql [
        "order by decided_at limit": "decided_at < ?1" => "decided_at < ?1 and 0"
    ];
    /// Order numbers are taken two at a time.
    NumbersWithGaps = "numbers-with-gaps": schema [], sql [
        "insert into sequences (name, year, last) values (?1, ?2, 1)": "last = last + 1" => "last = last + 2"
    ];
}
