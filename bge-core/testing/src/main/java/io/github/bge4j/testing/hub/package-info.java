/**
 * A stand-in of the Hugging Face hub for tests: two HTTP servers, the hub and its file storage,
 * with faults on demand.
 *
 * <p>What a request goes through: {@code Route} reads its path, {@code HubSite} or
 * {@code StorageSite} makes the {@code Answer} that the real service gives, {@code FaultRules}
 * spoil it, and {@code Sender} puts it on the wire. Every public type is thread-safe.
 */
@NullMarked
package io.github.bge4j.testing.hub;

import org.jspecify.annotations.NullMarked;
