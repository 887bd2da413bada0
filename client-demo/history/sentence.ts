import type { Language } from '../i18n/language.ts'
import type { HistoryEvent } from './documents.ts'
import type { Group } from './groups.ts'
import { type Facts, sentenceTexts } from './sentence-texts.ts'

/** A piece of a sentence; `as` says what it names, where it names something. */
export interface Part {
  readonly text: string
  readonly as?: 'actor' | 'app' | 'people' | 'scopes' | 'value'
}

/** More scopes than these are counted; all of them stand in the changes. */
const SCOPES = 4

const changeOf = ({ changes }: HistoryEvent, ...fields: string[]) => changes.find(({ field }) => fields.includes(field))

const isText = (value: unknown): value is string => typeof value === 'string'
const textsIn = (value: unknown): string[] => (Array.isArray(value) ? value.filter(isText) : [])
const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value))

function factsOf({ events }: Group): Facts {
  const [event] = events
  const { actor, userId, changes } = event
  const scopes = events.flatMap((one) => textsIn(changeOf(one, 'approvedScopes', 'scopes')?.after))
  const scopesBefore = textsIn(changeOf(event, 'approvedScopes', 'scopes')?.before)
  return {
    type: event.type,
    bySelf: userId === null || actor.id === userId,
    hasUser: userId !== null || event.userName !== null,
    hasApp: event.appName !== null,
    people: new Set(events.map((one) => one.userId)).size,
    scopes: new Set(scopes).size,
    scopesBefore: scopesBefore.length,
    fields: changes.length,
    reason: text(changeOf(event, 'reason')?.after),
    endsTokens: changeOf(event, 'revokeTokens')?.after === true,
  }
}

/** What the placeholders of a sentence stand for. */
function valuesOf(language: Language, { events }: Group): Record<string, Part> {
  const says = sentenceTexts[language]
  const [event] = events
  const names = [...new Set(events.map(({ userName }) => userName ?? says.somebody))]
  const scopes = new Set(events.flatMap((one) => textsIn(changeOf(one, 'approvedScopes', 'scopes')?.after)))
  const role = changeOf(event, 'role')
  const name = changeOf(event, 'name')
  const credential = changeOf(event, 'secret', 'key')
  const sayRole = (value: unknown): Part => ({ text: says.roles[text(value)] ?? text(value) })
  const value = (given: unknown): Part => ({ text: text(given), as: 'value' })
  return {
    actor: { text: event.actor.name, as: 'actor' },
    app: { text: event.appName ?? says.someApp, as: 'app' },
    people: { text: names.length === 1 ? text(names[0]) : says.people(names.length), as: 'people' },
    organization: { text: event.organizationName ?? '' },
    scopes: { text: sayScopes(language, [...scopes]), as: 'scopes' },
    fields: { text: event.changes.map(({ field }) => says.fields[field] ?? field).join(says.comma) },
    reason: { text: text(changeOf(event, 'reason')?.after) },
    email: value(changeOf(event, 'email')?.after),
    credential: value(credential?.after ?? credential?.before),
    role: sayRole(role?.after),
    roleBefore: sayRole(role?.before),
    name: { text: text(name?.after) },
    nameBefore: { text: text(name?.before) },
    type: { text: event.type.toLowerCase().replaceAll('_', ' ') },
  }
}

function sayScopes(language: Language, scopes: readonly string[]): string {
  const says = sentenceTexts[language]
  const some = scopes.slice(0, SCOPES).join(says.comma)
  return scopes.length > SCOPES ? says.andMore(some, scopes.length - SCOPES) : some
}

/** What happened, in a sentence; of a type that this console does not know, by the name of the type. */
export function sentenceOf(language: Language, group: Group): Part[] {
  const says = sentenceTexts[language]
  const facts = factsOf(group)
  const values = valuesOf(language, group)
  const template = (says.sentences[facts.type] ?? says.unknown)(facts)
  return template.split(/\{(\w+)\}/).flatMap((piece, index) => {
    const part = index % 2 === 0 ? { text: piece } : (values[piece] ?? { text: '' })
    return part.text ? [part] : []
  })
}

export const textOf = (parts: readonly Part[]): string => parts.map(({ text }) => text).join('')
