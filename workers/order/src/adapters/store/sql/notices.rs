//! The statement that tells buyers.

store::statements! {
    /// `?1` is a list of notices. The order says who is told, in which language, and its number. The secret stays only
    /// in the mail to a guest whose order it opens. Returns the messages.
    INSERT_MAILS: "insert into outbox (id, queue, body, created_at)
        select m.value ->> '$.body.id', 'mail-inbox', json_set(
                json_remove(m.value -> 'body', iif(g.order_id is null, '$.data.secret', '$.nothing')),
                '$.data.to.email', o.customer_email, '$.data.to.name', o.customer_name,
                '$.data.language', coalesce(o.language, c.language),
                '$.data.content.data.order.orderNumber', o.order_number), ?2
        from json_each(?1) m join orders o on o.id = m.value ->> 'orderId'
            left join customers c on c.id = o.customer_id
            left join guest_tokens g on g.order_id = o.id and g.token_hash = m.value ->> 'tokenHash'
        where o.customer_email is not null and o.sales_channel <> 'POS'
        returning id, queue, body";
}
