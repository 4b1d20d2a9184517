//! Cargo of every kind, from the vesicle to what it changes in the target.

mod cargo {
    mod decoys;
    mod destinations;
    mod drugs;
    mod exchange;
    mod kinds;
    mod support;
}
