//! Joins the Prometheus texts of several services: all lines of a metric are together, under one heading.

/// A metric with its headings and samples.
#[derive(Default)]
struct Family {
    name: String,
    headings: Vec<String>,
    samples: Vec<String>,
}

/// Joins texts. Of duplicate headings the first stays; samples keep their order.
#[must_use]
pub fn join(texts: &[String]) -> String {
    let mut families: Vec<Family> = Vec::new();
    for text in texts {
        let mut current = String::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let heading = line.strip_prefix("# HELP ").or_else(|| line.strip_prefix("# TYPE "));
            let name = heading.unwrap_or(line).split([' ', '{']).next().unwrap_or_default();
            if heading.is_none() && line.starts_with('#') {
                continue;
            }
            // `_sum`, `_count` and `_bucket` belong to the metric whose heading they follow.
            if heading.is_some() || current.is_empty() || !name.starts_with(&current) {
                name.clone_into(&mut current);
            }
            let family = family(&mut families, &current);
            match heading {
                None => family.samples.push(line.to_owned()),
                Some(_) if family.headings.iter().any(|known| known.get(..7) == line.get(..7)) => {}
                Some(_) => family.headings.push(line.to_owned()),
            }
        }
    }
    let lines = families.into_iter().flat_map(|family| family.headings.into_iter().chain(family.samples));
    lines.fold(String::new(), |text, line| text + &line + "\n")
}

fn family<'a>(families: &'a mut Vec<Family>, name: &str) -> &'a mut Family {
    let index = families.iter().position(|family| family.name == name).unwrap_or_else(|| {
        families.push(Family { name: name.to_owned(), ..Family::default() });
        families.len().saturating_sub(1)
    });
    #[expect(clippy::indexing_slicing, reason = "the index was found or made in the line above")]
    &mut families[index]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_a_metric_stand_together() {
        let of = |service: &str| {
            format!(
                "# HELP a About a.\n# TYPE a gauge\na{{service=\"{service}\"}} 1\nb{{service=\"{service}\"}} 2\n"
            )
        };
        let joined =
            join(&[of("x"), of("y"), "# a remark\n# TYPE h histogram\nh_sum 1\nh_count 2\n".to_owned()]);
        let expected = "# HELP a About a.\n# TYPE a gauge\na{service=\"x\"} 1\na{service=\"y\"} 1\n\
                        b{service=\"x\"} 2\nb{service=\"y\"} 2\n# TYPE h histogram\nh_sum 1\nh_count 2\n";
        assert_eq!(joined, expected);
    }
}
