/// A handler that does not keep the rules of preparation: our fault, shown by parking what it was given.
package enum PreparationError: Error {
    /// It asked for a preparation that it does not have.
    case preparesNothing
    /// It asked for preparation again, with what preparation gave in hand.
    case preparesTwice
}
