//! What a handler is: an async function of the context and at most three inputs, whose types describe them. Behind this
//! trait all handlers look the same to the route table.

use std::future::Future;

use crate::input::{Incoming, Input, JSON_BYTES_MAX};
use crate::{Answer, Context, Problem};
use platform::{Boxed, Response};

/// An async function `(Context, Path?, Query?, Json?) -> Result<answer, Problem>`; `A` are its inputs.
pub trait Endpoint<A>: Clone + Send + Sync + 'static {
    /// The most bytes of body that it takes.
    const BODY_BYTES_MAX: usize;

    /// Reads the inputs and calls the function.
    fn call(self, context: Context, incoming: Incoming) -> Boxed<'static, Result<Response, Problem>>;

    /// What the description says about inputs and answer.
    #[cfg(not(target_arch = "wasm32"))]
    fn describe(operation: &mut crate::describe::Operation);
}

/// The largest of the limits of a handler's inputs; one without any takes what JSON may have.
const fn largest(limits: &[usize]) -> usize {
    match limits {
        [] => JSON_BYTES_MAX,
        [first, rest @ ..] => {
            let rest = largest(rest);
            if *first > rest { *first } else { rest }
        }
    }
}

macro_rules! endpoint {
    ($($input:ident),*) => {
        impl<F, R, T, $($input),*> Endpoint<($($input,)*)> for F
        where
            F: Fn(Context, $($input),*) -> R + Clone + Send + Sync + 'static,
            R: Future<Output = Result<T, Problem>> + Send + 'static,
            T: Answer,
            $($input: Input + 'static,)*
        {
            const BODY_BYTES_MAX: usize = largest(&[$($input::BODY_BYTES_MAX),*]);

            #[allow(non_snake_case, unused_mut, unused_variables, reason = "one variable for each type of the list")]
            fn call(self, context: Context, mut incoming: Incoming) -> Boxed<'static, Result<Response, Problem>> {
                Box::pin(async move {
                    $(let $input = $input::read(&mut incoming).await?;)*
                    self(context, $($input),*).await?.into_response()
                })
            }

            #[cfg(not(target_arch = "wasm32"))]
            fn describe(operation: &mut crate::describe::Operation) {
                $($input::describe(operation);)*
                T::describe(operation);
            }
        }
    };
}

endpoint!();
endpoint!(A);
endpoint!(A, B);
endpoint!(A, B, C);
