//! The statements over rates of tax, and over the rules of regions.

/// The periods that count on a day from `?3` to `?4`, of `regions`.
macro_rules! periods {
    ($regions:literal) => {
        concat!(
            "select p.region, p.tax_class, p.valid_from, p.name, p.rate_ppm, p.inclusive from tax_rate_periods p
        where p.region in (", $regions, ") and p.valid_from <= ?4
            and p.valid_from >= coalesce((select max(q.valid_from) from tax_rate_periods q
                where q.region = p.region and q.tax_class = p.tax_class and q.valid_from <= ?3), '')"
        )
    };
}

store::statements! {
    /// Of the region `?1`, if an address names one, and of the warehouse `?2`; each with its country.
    PERIODS_OF_SALE: periods!("?1, substr(?1, 1, 2), (select region from warehouses where id = ?2),
            (select substr(region, 1, 2) from warehouses where id = ?2)");
    RULES_OF_SALE: "select region, rounding, rounded_per from tax_rules
        where region in (?1, substr(?1, 1, 2), (select region from warehouses where id = ?2),
            (select substr(region, 1, 2) from warehouses where id = ?2))";

    /// Of two regions, each with its country.
    PERIODS_OF_REGIONS: periods!("?1, substr(?1, 1, 2), ?2, substr(?2, 1, 2)");
    RULES_OF_REGIONS: "select region, rounding, rounded_per from tax_rules
        where region in (?1, substr(?1, 1, 2), ?2, substr(?2, 1, 2))";

    LIST_TAX_RATES: "select * from tax_rate_periods
        where (region, tax_class, valid_from) > (?1, ?2, ?3) order by region, tax_class, valid_from limit ?4";
    LIST_TAX_RATES_OF_REGION: "select * from tax_rate_periods
        where region = ?5 and (region, tax_class, valid_from) > (?1, ?2, ?3) order by region, tax_class, valid_from limit ?4";

    FIND_TAX_RATES: "select * from tax_rate_periods where region = ?1 and tax_class = ?2 order by valid_from";

    /// On day `?7`. A rate that has begun breaks the rule `tax_rate_periods_begun`.
    SET_TAX_RATE: "insert into tax_rate_periods (region, tax_class, valid_from, name, rate_ppm, inclusive, set_on, updated_at)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        on conflict (region, tax_class, valid_from) do update set name = excluded.name, rate_ppm = excluded.rate_ppm,
            inclusive = excluded.inclusive, set_on = excluded.set_on, updated_at = excluded.updated_at";

    LIST_TAX_RULES: "select * from tax_rules where region > ?1 order by region limit ?2";

    SET_TAX_RULE: "insert into tax_rules (region, rounding, rounded_per, updated_at) values (?1, ?2, ?3, ?4)
        on conflict (region) do update set rounding = excluded.rounding, rounded_per = excluded.rounded_per,
            updated_at = excluded.updated_at";
}
