//! The statements over customers.

store::statements! {
    INSERT_CUSTOMER: "insert into customers (id, name, email, type, payment_terms, currency, credit_limit_minor, created_at, updated_at, language)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9)";

    FIND_CUSTOMER: "select * from customers where id = ?1";

    /// `?2` is the version on which the change is based: a stale one breaks the rule `customers_version`.
    UPDATE_CUSTOMER: "update customers set version = cast(?2 as integer) + 1, name = ?3, email = ?4, type = ?5, payment_terms = ?6,
        credit_limit_minor = ?7, updated_at = ?8, language = ?9 where id = ?1";

    LIST_CUSTOMERS: "select * from customers where id > ?1 order by id limit ?2";
    LIST_CUSTOMERS_OF_TYPE: "select * from customers where type = ?3 and id > ?1 order by id limit ?2";
    LIST_CUSTOMERS_OF_EMAIL: "select * from customers where type in ('Retail', 'Wholesale') and email = ?3 and id > ?1 order by id limit ?2";
}
