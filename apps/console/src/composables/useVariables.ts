import { templateVariables } from '@parley/schema/vocabulary'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useCustomerFields } from '../stores/customerFields.ts'

const ofFields = 'customer.field.'

/** What a template may name, and what each is called. */
export function useVariables() {
  const { t } = useI18n()
  const fields = useCustomerFields()
  const nameOf = (variable: string): string =>
    variable.startsWith(ofFields)
      ? (fields.shown.find(({ key }) => key === variable.slice(ofFields.length))?.label ?? variable)
      : t(`templateVariable.${variable.replace('.', '_')}`)
  const all = computed(() => [...templateVariables, ...fields.shown.map(({ key }) => `${ofFields}${key}`)])
  return { all, nameOf, load: () => fields.ensure().catch(() => {}) }
}

/** Variables left standing in a text. */
export function variablesIn(text: string): string[] {
  const named = new Set([...text.matchAll(/\{\{\s*([\w.]{1,80})\s*\}\}/g)].map(([, name]) => name as string))
  return [...named].filter((name) => (templateVariables as readonly string[]).includes(name) || name.startsWith(ofFields))
}
