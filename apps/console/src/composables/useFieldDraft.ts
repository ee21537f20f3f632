import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { FieldType } from '../api/closing.ts'

const types: FieldType[] = ['text', 'number', 'date', 'yes_no', 'choice', 'choices']

/** What an admin types of a field of a form, one option a line. */
export function useFieldDraft(field: { label: string; type: FieldType; options: string[]; required: boolean } | null) {
  const { t } = useI18n()
  const label = ref(field?.label ?? '')
  const type = ref<FieldType>(field?.type ?? 'text')
  const options = ref((field?.options ?? []).join('\n'))
  const required = ref(field?.required ?? false)
  const hasOptions = computed(() => type.value === 'choice' || type.value === 'choices')
  const items = computed(() => types.map((value) => ({ value, label: t(`form.types.${value}`) })))
  const lines = computed(() =>
    options.value
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean),
  )
  const drafted = () => ({
    label: label.value.trim(),
    type: type.value,
    options: hasOptions.value ? lines.value : [],
    required: required.value,
  })
  return { label, type, options, required, hasOptions, items, drafted }
}
