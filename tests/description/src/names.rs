//! The name of an operation: what a generated client calls it.

/// From the path of the handler's function in the code: `order::adapters::http::place_retail_order::handle` is
/// `placeRetailOrder`, `…::list_orders::retail` is `listOrdersRetail`. Handlers are named for their use case, and a
/// function with a name of several words says all by itself.
pub(crate) fn operation_id(handler: &str) -> String {
    let mut steps = handler.rsplit("::");
    let (function, module) = (steps.next().unwrap_or_default(), steps.next().unwrap_or_default());
    let (first_word, preposition) = (first(module), ["by", "of"].contains(&first(function)));
    let words = if function.contains('_') && !preposition {
        function.to_owned()
    } else if function == "handle" || function == first_word {
        module.to_owned()
    } else if module.contains('_') || preposition {
        format!("{module}_{function}")
    } else {
        // A module that is named for a thing: `warehouses::list`.
        format!("{function}_{module}")
    };
    camel(&words)
}

fn first(words: &str) -> &str {
    words.split('_').next().unwrap_or_default()
}

fn camel(words: &str) -> String {
    let mut words = words.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let mut letters = word.chars();
        let initial =
            letters.next().map(|letter| letter.to_ascii_uppercase().to_string()).unwrap_or_default();
        name + &initial + letters.as_str()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_called_as_its_use_case() {
        for (handler, name) in [
            ("order::adapters::http::place_retail_order::handle", "placeRetailOrder"),
            ("order::adapters::http::place_retail_order::place", "placeRetailOrder"),
            ("order::adapters::http::list_orders::retail", "listOrdersRetail"),
            ("gateway::adapters::http::users::create_user", "createUser"),
            ("inventory::adapters::http::warehouses::list", "listWarehouses"),
            ("product::adapters::http::find_product::by_sku", "findProductBySku"),
        ] {
            assert_eq!(operation_id(handler), name);
        }
    }
}
