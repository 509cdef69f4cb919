/** Forms as data: which keys of the settings a form edits and how. A test holds every key and choice against the real schema. */
interface Common { /** Key of the settings; dotted where nested. */ readonly path: string; readonly label: string; readonly help?: string }
export type FieldSpec =
  | (Common & { readonly kind: 'text'; readonly placeholder?: string; readonly required?: boolean })
  | (Common & { readonly kind: 'number'; readonly placeholder?: string })
  | (Common & { readonly kind: 'switch'; readonly default: boolean })
  | (Common & { readonly kind: 'choice'; readonly choices: readonly string[]; readonly default: string })
  | (Common & { readonly kind: 'several'; readonly choices: readonly string[] })
  /** Texts; an empty list takes the default. */
  | (Common & { readonly kind: 'list'; readonly placeholder?: string })
  /** Words of the source → words of ours. */
  | (Common & { readonly kind: 'map'; readonly from: string; readonly to: string; readonly keys?: readonly string[]; readonly choices?: readonly string[] })
  /** Open hours of a weekday as text, `08:00-12:00, 13:00-17:00`. */
  | (Common & { readonly kind: 'hours' })
  /** A part that can be absent, switched on and off. */
  | (Common & { readonly kind: 'part'; readonly template: object; readonly fields: readonly FieldSpec[] })
  /** A list of objects. */
  | (Common & { readonly kind: 'items'; readonly one: string; readonly template: object; readonly fields: readonly FieldSpec[] })
  /** Objects by name. */
  | (Common & { readonly kind: 'entries'; readonly one: string; readonly template: object; readonly fields: readonly FieldSpec[] })
  /** Hours by severity tier and clock. */
  | (Common & { readonly kind: 'targets' })
  /** Each group: one of its kinds of evidence must be met. */
  | (Common & { readonly kind: 'groups'; readonly choices: readonly string[] })
  /** A value that goes to secureJsonData as `<source id>.<path>` and never comes back. */
  | (Common & { readonly kind: 'secret' });

export interface FormSection { readonly title: string; readonly open: boolean; readonly fields: readonly FieldSpec[] }
