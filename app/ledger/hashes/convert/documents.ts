import { canonicalJson } from '../../../../core/delivery/canonical';
import type { SpineSettings } from '../../../../core/delivery/spine-settings';
import type { TextRow } from '../../erasure/port';
import { documents, ofRecipients } from '../../erasure/texts';
import { pages } from '../../pages';
import type { NameBook } from '../book';
import { page, type Conversion } from './conversion';

const convertedSettings = (book: NameBook, settings: SpineSettings): SpineSettings => ({
	...settings,
	testRecipients: settings.testRecipients.map((name) => book.hashOf(name)),
});

async function convertSettings({ context: { store }, book }: Conversion): Promise<number> {
	let converted = 0;
	for (const { settings, pauseReason } of await store.transaction((tx) => tx.spines())) {
		const [reason] = await book.hideAll([pauseReason ?? undefined]);
		const next = convertedSettings(book, settings);
		if (canonicalJson({ ...next }) === canonicalJson({ ...settings }) && (reason ?? null) === pauseReason)
			continue;
		await store.transaction(async (tx) => {
			const row = await tx.spine(settings.spine, 'update');
			if (row !== null) await tx.writeSpine({ ...row, settings: next, pauseReason: reason ?? null });
		});
		converted += 1;
	}
	const list = (last: TextRow | undefined): Promise<readonly TextRow[]> =>
		store.transaction((tx) => tx.erasure.texts('settings', last?.key ?? null, page));
	for await (const rows of pages(page, list))
		for (const {
			key: [spine = '', version = ''],
			text,
		} of rows) {
			const next = JSON.stringify(convertedSettings(book, JSON.parse(text) as SpineSettings));
			if (next === text) continue;
			await store.transaction((tx) => tx.erasure.rewriteSettings(spine, version, next));
			converted += 1;
		}
	return converted;
}

/** Documents in which recipients may be named, and the settings of spines. Returns how many. */
export async function convertDocuments(conversion: Conversion): Promise<number> {
	const { context, book } = conversion;
	let converted = await convertSettings(conversion);
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
			converted += 1;
		}
	return converted;
}
