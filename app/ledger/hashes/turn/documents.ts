import { canonicalJson } from '../../../../core/delivery/canonical';
import type { SpineSettings } from '../../../../core/delivery/spine-settings';
import type { TextRow } from '../../erasure/port';
import { documents, ofRecipients } from '../../erasure/texts';
import { pages } from '../../pages';
import type { NameBook } from '../book';
import { page, type Turning } from './turning';

const turnedSettings = (book: NameBook, settings: SpineSettings): SpineSettings => ({
	...settings,
	testRecipients: settings.testRecipients.map((name) => book.hashOf(name)),
});

async function turnSettings({ context: { store }, book }: Turning): Promise<number> {
	let turned = 0;
	for (const { settings, pauseReason } of await store.transaction((tx) => tx.spines())) {
		const [reason] = await book.hideAll([pauseReason ?? undefined]);
		const next = turnedSettings(book, settings);
		if (canonicalJson({ ...next }) === canonicalJson({ ...settings }) && (reason ?? null) === pauseReason)
			continue;
		await store.transaction(async (tx) => {
			const row = await tx.spine(settings.spine, 'update');
			if (row !== null) await tx.writeSpine({ ...row, settings: next, pauseReason: reason ?? null });
		});
		turned += 1;
	}
	const list = (last: TextRow | undefined): Promise<readonly TextRow[]> =>
		store.transaction((tx) => tx.erasure.texts('settings', last?.key ?? null, page));
	for await (const rows of pages(page, list))
		for (const {
			key: [spine = '', version = ''],
			text,
		} of rows) {
			const next = JSON.stringify(turnedSettings(book, JSON.parse(text) as SpineSettings));
			if (next === text) continue;
			await store.transaction((tx) => tx.erasure.rewriteSettings(spine, version, next));
			turned += 1;
		}
	return turned;
}

/** Documents in which recipients may be named, and the settings of spines. Returns how many. */
export async function turnDocuments(turning: Turning): Promise<number> {
	const { context, book } = turning;
	let turned = await turnSettings(turning);
	for (const kind of ofRecipients)
		for await (const found of documents(context, kind)) {
			const [body = found.body] = await book.hide([found.body]);
			if (body === found.body || JSON.stringify(body) === JSON.stringify(found.body)) continue;
			await context.store.transaction(async (tx) => {
				const [record = null] = await tx.records.lockRecords(kind, [found.id]);
				if (record === null) return;
				const updatedAt = await tx.now();
				const revision = record.revision + 1;
				await tx.records.updateRecord({ ...record, body, revision, updatedAt });
			});
			turned += 1;
		}
	return turned;
}
