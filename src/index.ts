/**
 * Troupe: actors, supervision trees and a data platform made of them.
 *
 * This is the front door of the package (`import … from 'troupe'`).
 */
export {}
