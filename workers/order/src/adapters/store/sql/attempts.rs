//! The statements over attempts to pay.

store::statements! {
    /// `?1` is a list of `{subject, allowed}`. Breaks `payment_attempts_limit` when one has too many since `?4`.
    COUNT: "insert into payment_attempts (subject, attempted_at, id, window_start, allowed)
        select value ->> 'subject', ?2, ?3, ?4, value ->> 'allowed' from json_each(?1)";
    /// Of those that have too many since `?2`, the oldest attempt.
    OLDEST_OF_FULL: "select min(a.attempted_at) as oldest from json_each(?1) j
        cross join payment_attempts a on a.subject = j.value ->> 'subject' and a.attempted_at > ?2
        group by a.subject having count(*) >= min(j.value ->> 'allowed')";
    FORGET: "delete from payment_attempts where (subject, attempted_at, id) in (
        select subject, attempted_at, id from payment_attempts where attempted_at < ?1
        order by attempted_at limit cast(?2 as integer))";
}
