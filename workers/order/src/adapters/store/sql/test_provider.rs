//! The database of the test payment provider.

store::statements! {
    /// Stores a payment of the test provider; a second request with the same id changes nothing.
    PROVIDER_AUTHORISE: "insert into test_provider_payments (payment_id, token, amount_minor, status, reason, created_at)
        values (?1, ?2, ?3, ?4, ?5, ?6) on conflict (payment_id) do nothing";
    PROVIDER_FIND: "select status, reason from test_provider_payments where payment_id = ?1";
    PROVIDER_CALLED: "update test_provider_payments set calls = calls + 1 where payment_id = ?1 returning calls, token, status";
    PROVIDER_SETTLE: "update test_provider_payments set status = ?2 where payment_id = ?1";
    PROVIDER_VOID: "insert into test_provider_payments (payment_id, token, amount_minor, status, created_at)
        values (?1, '', 0, 'Voided', ?2) on conflict (payment_id) do update set status = 'Voided' where status <> 'Captured'";

    FIND_PROVIDER_PAYMENT: "select token from test_provider_payments where payment_id = ?1";
    FIND_PROVIDER_REFUND: "select status, reason from test_provider_refunds where id = ?1";
    INSERT_PROVIDER_REFUND: "insert into test_provider_refunds (id, payment_id, amount_minor, status, reason, created_at)
        values (?1, ?2, ?3, ?4, ?5, ?6) on conflict (id) do nothing";
}
