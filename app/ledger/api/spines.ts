import type { SpineSettings, SpineRecord } from '../../../core/delivery/spine-settings';

export interface SpineLedger {
	/** Stores settings as a new version; equal settings change nothing. `by` is who asked, for the event. */
	configure(settings: SpineSettings, by: string): Promise<SpineRecord>;
	/** `null` if no such spine. */
	get(spine: string): Promise<SpineRecord | null>;
	list(): Promise<readonly SpineRecord[]>;
	/** Stops new claims and confirms at once; sends under way may finish. Throws for an unknown spine. */
	pause(spine: string, reason: string, by: string): Promise<SpineRecord>;
	resume(spine: string, reason: string, by: string): Promise<SpineRecord>;
}
