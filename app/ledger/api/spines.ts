import type { SpineSettings, SpineRecord } from '../../../core/delivery/spine-settings';
import type { Instant } from '../../../core/delivery/types';

/** What a clock that was wrong once had left behind. */
export interface ClockReport {
	/** Recipients whose last send lay in the future. */
	readonly recipients: number;
	/** Leases that were taken in the future. */
	readonly leases: number;
	/** What the clock shows, which is right from now on. */
	readonly at: Instant;
}

export interface SpineLedger {
	/** Stores settings as a new version; equal settings change nothing. `by` is who asked, for the event. */
	configure(settings: SpineSettings, by: string): Promise<SpineRecord>;
	/** `null` if no such spine. */
	get(spine: string): Promise<SpineRecord | null>;
	list(): Promise<readonly SpineRecord[]>;
	/** Stops new claims and confirms at once; sends under way may finish. Throws for an unknown spine. */
	pause(spine: string, reason: string, by: string): Promise<SpineRecord>;
	resume(spine: string, reason: string, by: string): Promise<SpineRecord>;
	/**
	 * Takes a person's word that the clock is right now: what was kept under a clock that was ahead no longer lies in the
	 * future, and a time without any look is believed. Nobody is served again in the slot that is open. Safe to repeat.
	 * Throws for an unknown spine.
	 */
	mendClock(spine: string, by: string): Promise<ClockReport>;
}
