//! What is deployed in which order, and with which secrets.

use super::*;

#[test]
fn every_wrangler_file_can_be_completed() {
    for worker in WORKERS {
        let text = fs::read_to_string(paths::wrangler_file(worker)).unwrap();
        let completed = complete(&text, NO_ID, &[]).unwrap();
        assert!(completed.contains(&format!("database_id = \"{NO_ID}\"")));
        let folder = Service::parse(worker).unwrap().folder();
        assert!(completed.contains(&format!("main = \"../../{folder}/build/index.js\"")));
        assert!(!completed.contains("preview_database_id"));
        assert!(!text.contains("\ndatabase_id"), "{worker}: ids belong to an account, not here");
    }
}

#[test]
fn a_key_is_only_where_it_is_needed() {
    for (name, wanted) in [
        ("PRODUCT_TOKEN_KEY", "product order storefront gateway"),
        ("INVENTORY_TOKEN_KEY", "product inventory order storefront gateway"),
        ("ORDER_TOKEN_KEY", "product inventory accounting order storefront gateway"),
        ("MAIL_TOKEN_KEY", "mail order gateway"),
        ("MAIL_SECRET", "mail"),
        ("ACCOUNTING_TOKEN_KEY", "inventory accounting order gateway"),
        ("STOREFRONT_TOKEN_KEY", "storefront gateway"),
        ("GATEWAY_TOKEN_KEY", "gateway"),
        ("ACCESS_TOKEN_KEY", "gateway"),
        ("GUEST_TOKEN_KEY", "order"),
        ("SERVICE_TOKEN_KEY", ""),
    ] {
        assert_eq!(readers(name).collect::<Vec<_>>().join(" "), wanted, "{name}");
    }
}

/// Plays a rotation Worker by Worker: whoever signs, whoever is asked accepts it.
#[test]
fn keys_are_renewed_without_a_pause() {
    let old = |name: &str| format!("old {name}");
    let mut have: BTreeMap<&str, Secrets> = WORKERS
        .into_iter()
        .map(|worker| {
            let names = secrets::names().into_iter().filter(|name| requires(worker, name));
            (worker, names.map(|name| (name.clone(), old(&name))).collect())
        })
        .collect();
    let keys: Vec<_> = Service::ALL.map(|service| (service, format!("new {service}"))).into();
    for (worker, secrets) in rounds(&keys).into_iter().flatten() {
        have.entry(worker).or_default().extend(secrets);
        for (from, to) in
            Service::ALL.iter().flat_map(|from| from.reaches().into_iter().map(move |to| (from, to)))
        {
            let name = to.token_key();
            let signed = &have[from.name()][&name];
            let accepts = &have[to.name()];
            let accepted = [accepts.get(&name), accepts.get(&format!("{name}_NEXT"))];
            assert!(accepted.contains(&Some(signed)), "{from} calls {to} after {worker} has its keys");
        }
    }
    let left = have.values().flatten().filter(|(name, key)| {
        ["ACCESS_TOKEN_KEY", "GUEST_TOKEN_KEY", "MAIL_SECRET", "MAIL_WEBHOOK_KEY"]
            .iter()
            .all(|kept| kept != name)
            && key.starts_with("old")
    });
    assert_eq!(left.count(), 0);
}

#[test]
fn the_first_deployment_binds_only_to_workers_that_are_there_and_the_last_one_to_all() {
    let first = passes(&BTreeSet::new());
    let mut there = BTreeSet::new();
    for (worker, absent) in &first {
        there.insert(*worker);
        let text = fs::read_to_string(paths::wrangler_file(worker)).unwrap();
        let completed = complete(&text, NO_ID, absent).unwrap();
        for called in completed.lines().filter_map(|line| line.strip_prefix("service = \"countinghouse-")) {
            assert!(there.contains(called.trim_end_matches('"')), "{worker} calls {called}");
        }
    }
    for worker in WORKERS {
        let (_, absent) = first.iter().rfind(|(name, _)| *name == worker).unwrap();
        assert!(absent.is_empty(), "{worker} stays without {absent:?}");
    }
    let later = passes(&WORKERS.into_iter().collect());
    assert_eq!(later.len(), WORKERS.len(), "once there, each is deployed once");
}

#[test]
fn a_deployment_that_stopped_half_way_is_finished() {
    // In the first pass only the first Worker was deployed.
    let rest = passes(&BTreeSet::from([WORKERS[0]]));
    let (_, absent) = rest.iter().rfind(|(name, _)| *name == WORKERS[0]).unwrap();
    assert!(absent.is_empty());
}

#[test]
fn every_queue_is_read_once_and_written() {
    let files: Vec<_> =
        WORKERS.iter().map(|worker| fs::read_to_string(paths::wrangler_file(worker)).unwrap()).collect();
    let count = |needle: &str| files.iter().map(|text| text.matches(needle).count()).sum::<usize>();
    for queue in Queue::ALL {
        let name = resource(queue.name());
        assert_eq!(count(&format!("[[queues.consumers]]\nqueue = \"{name}\"")), 1, "readers of {name}");
        assert!(count(&format!("queue = \"{name}\"")) > 1, "writers of {name}");
    }
}
