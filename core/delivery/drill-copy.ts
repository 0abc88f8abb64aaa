/** Name of the copy of a spine on which a drill tries its settings: it stays, paused and in dry run. */
export const drillCopyOf = (spine: string): string => `${spine.slice(0, 58)}.drill`;

/** The spines that somebody runs: without the copies that drills made of others among them. */
export function withoutDrillCopies<Spine extends { readonly settings: { readonly spine: string } }>(
	spines: readonly Spine[],
): readonly Spine[] {
	const copies = new Set(spines.map(({ settings }) => drillCopyOf(settings.spine)));
	return spines.filter(({ settings }) => !copies.has(settings.spine));
}
