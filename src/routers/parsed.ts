import { parsedJson } from '../model/json-path.ts';

/** The JSON in an annotation; undefined where there is none, or none that can be read. */
export const parsed = (annotation: string | undefined): unknown => parsedJson(annotation ?? '');
