//! Scenarios as people write them, right and wrong.

mod scenario {
    mod bad_input;
    mod examples;
    mod support;
}
