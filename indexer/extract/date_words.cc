#include "indexer/extract/date_words.h"

#include <array>

#include "common/text.h"

namespace dateline::indexer {
namespace {

constexpr std::array kMetaKeys{
    DateMetaKey{"article:published_time", DateKind::published, 9.0},
    DateMetaKey{"og:article:published_time", DateKind::published, 9.0},
    DateMetaKey{"og:published_time", DateKind::published, 8.5},
    DateMetaKey{"datepublished", DateKind::published, 8.5},
    DateMetaKey{"parsely-pub-date", DateKind::published, 8.5},
    DateMetaKey{"citation_publication_date", DateKind::published, 8},
    DateMetaKey{"citation_online_date", DateKind::published, 7},
    DateMetaKey{"citation_date", DateKind::published, 7.5},
    DateMetaKey{"dc.date.issued", DateKind::published, 8.5},
    DateMetaKey{"dcterms.issued", DateKind::published, 8.5},
    DateMetaKey{"dc.date.created", DateKind::published, 8},
    DateMetaKey{"dcterms.created", DateKind::published, 8},
    DateMetaKey{"dcterms.date", DateKind::published, 7.5},
    DateMetaKey{"dc.date", DateKind::published, 7.5},
    DateMetaKey{"dc:date", DateKind::published, 7.5},
    DateMetaKey{"dc.date.publication", DateKind::published, 8},
    DateMetaKey{"dc:created", DateKind::published, 7.5},
    DateMetaKey{"sailthru.date", DateKind::published, 8},
    DateMetaKey{"pubdate", DateKind::published, 8},
    DateMetaKey{"pub_date", DateKind::published, 8},
    DateMetaKey{"publishdate", DateKind::published, 8},
    DateMetaKey{"publish-date", DateKind::published, 8},
    DateMetaKey{"publish_date", DateKind::published, 8},
    DateMetaKey{"published-date", DateKind::published, 8},
    DateMetaKey{"published_date", DateKind::published, 8},
    DateMetaKey{"published_time", DateKind::published, 8},
    DateMetaKey{"publication_date", DateKind::published, 8},
    DateMetaKey{"publication-date", DateKind::published, 8},
    DateMetaKey{"publicationdate", DateKind::published, 8},
    DateMetaKey{"published", DateKind::published, 8},
    DateMetaKey{"originalpublicationdate", DateKind::published, 8.5},
    DateMetaKey{"article.published", DateKind::published, 8.5},
    DateMetaKey{"article:published", DateKind::published, 8.5},
    DateMetaKey{"article_date_original", DateKind::published, 8.5},
    DateMetaKey{"article:post_date", DateKind::published, 8},
    DateMetaKey{"article.created", DateKind::published, 7.5},
    DateMetaKey{"article.origpublished", DateKind::published, 8.5},
    DateMetaKey{"cxenseparse:recs:publishtime", DateKind::published, 8},
    DateMetaKey{"cxenseparse:publishtime", DateKind::published, 8},
    DateMetaKey{"cxenseparse:recs:articlepublicationtime", DateKind::published, 8},
    DateMetaKey{"date.published", DateKind::published, 8},
    DateMetaKey{"displaydate", DateKind::published, 8},
    DateMetaKey{"ptime", DateKind::published, 7},
    DateMetaKey{"shareaholic:article_published_time", DateKind::published, 8.5},
    DateMetaKey{"bt:pubdate", DateKind::published, 8},
    DateMetaKey{"rnews:datepublished", DateKind::published, 8.5},
    DateMetaKey{"datecreated", DateKind::published, 7},
    DateMetaKey{"creation_date", DateKind::published, 7},
    DateMetaKey{"created", DateKind::published, 6},
    DateMetaKey{"release_date", DateKind::published, 7.5},
    DateMetaKey{"og:release_date", DateKind::published, 7},
    DateMetaKey{"video:release_date", DateKind::published, 5},
    DateMetaKey{"date", DateKind::published, 7.5},
    DateMetaKey{"time", DateKind::published, 5},
    DateMetaKey{"article:modified_time", DateKind::modified, 9},
    DateMetaKey{"og:updated_time", DateKind::modified, 7},
    DateMetaKey{"datemodified", DateKind::modified, 8},
    DateMetaKey{"dcterms.modified", DateKind::modified, 8},
    DateMetaKey{"dc.date.modified", DateKind::modified, 8},
    DateMetaKey{"lastmod", DateKind::modified, 7},
    DateMetaKey{"last-modified", DateKind::modified, 6},
    DateMetaKey{"last-updated", DateKind::modified, 6},
    DateMetaKey{"revised", DateKind::modified, 6},
    DateMetaKey{"article:updated_time", DateKind::modified, 8},
    DateMetaKey{"utime", DateKind::modified, 6},
};

std::vector<std::string> folded(std::string_view words) {
  std::vector<std::string> all;
  for (const std::string_view word : text::split(words, '|')) all.push_back(text::fold(word));
  return all;
}

}  // namespace

std::span<const DateMetaKey> date_meta_keys() {
  return kMetaKeys;
}

const std::vector<std::string>& modified_words() {
  static const auto words = folded(
      "updated|update|modified|last edited|revised|last changed|aktualisiert|geändert|letzte Änderung|"
      "stand:|actualizado|actualización|actualizada|modificado|modificada|mis à jour|mise à jour|modifié|"
      "dernière modification|aggiornat|modificato|ultima modifica|atualizado|atualizada|bijgewerkt|"
      "gewijzigd|uppdaterad|ändrad|oppdatert|endret|opdateret|ændret|päivitetty|muokattu|aktualizowan|"
      "aktualizac|aktualizov|ažurirano|posodobljeno|zmieniono|обновлен|изменен|оновлен|змінен|обновен|"
      "güncelleme|更新|修改|編集|编辑|수정|frissít|frissitve|módosít|actualizat|modificat|ενημέρωσ|τροποποι|"
      "diperbarui|cập nhật|عُدل|تحديث|آخر "
      "تعديل|به‌روز|עודכן|সম্পাদিত|আপডেট|अपडेट|atnaujinta|"
      "atjaunin|"
      "uuendatud|muudetud");
  return words;
}
const std::vector<std::string>& published_words() {
  static const auto words = folded(
      "published|posted|publicado|publicada|publicación|publicação|publié|publication|mis en ligne|paru le|"
      "veröffentlich|erschienen|publiziert|pubblicat|pubblicazione|gepubliceerd|publicerad|publisert|"
      "offentliggjort|udgivet|julkaistu|опубликован|публикац|размещен|добавлен|опублікован|публікац|"
      "публикуван|created|first published|erstellt|geplaatst|gepost|date:|datum|fecha|дата|issued|released|"
      "yayın|eklenme|发布|發布|发表|發表|掲載|公開|投稿|配信|작성|입력|등록|게시|opublikowan|publikowano|data "
      "publikacji|"
      "publikován|zveřejněn|publikované|zverejnen|objavljeno|megjelent|közzétéve|δημοσιε|δημοσίευ|publicat|"
      "postat|نشر|انتشار|פורסם|dipublikasi|diterbitkan|diposting|đăng|প্রকাশ|प्रकाशित|paskelbta|publicēts|"
      "avaldatud|lisatud");
  return words;
}
const std::vector<std::string>& foreign_words() {
  static const auto words = folded(
      "accessed|retrieved|joined|member since|expires|valid until|born|since|est.|deadline|comment|"
      "registriert|registered|mitglied seit|dabei seit|inscription|inscrit|iscritto|registrado|"
      "geregistreerd|rejestracja|зарегистрирован|kayıt|aktuelle zeit|current time|it is currently|today is|"
      "nous sommes le|heute ist|fecha actual|текущее время");
  return words;
}

const std::vector<std::string>& copyright_words() {
  static const auto words = folded("copyright|©|(c)");
  return words;
}

}  // namespace dateline::indexer
