import { createTemplate, deleteTemplate, type Template, type TemplateInput, updateTemplate } from '../api/templates.ts'
import { useTemplateNews } from '../stores/templates.ts'
import { useAction } from './useAction.ts'

/** Making, changing and deleting templates. */
export function useTemplateEditing() {
  const news = useTemplateNews()
  const create = useAction(createTemplate)
  const change = useAction(updateTemplate)
  const remove = useAction(deleteTemplate)

  async function save(template: Template | null, input: TemplateInput): Promise<boolean> {
    const saved = template ? await change.run(template.id, input) : await create.run(input)
    if (saved) news.templates += 1
    return saved !== null
  }
  async function drop(template: Template): Promise<boolean> {
    const gone = await remove.run(template.id)
    if (gone) news.templates += 1
    return gone !== null
  }
  return { save, drop, forget: remove.forget, actions: [create, change, remove] }
}
