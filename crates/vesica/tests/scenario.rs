//! Scenarios as people write them, right and wrong, and the arithmetic of their chains.

mod scenario {
    mod bad_input;
    mod body;
    mod cargo;
    mod examples;
    mod genes;
    mod ledger;
    mod mutations;
    mod support;
}
