// Site templates in an index: learnt by the first job that brings enough pages of a site, then frozen.
#pragma once

#include <atomic>
#include <filesystem>

#include "common/store.h"
#include "dateline/indexer.h"
#include "indexer/extract/site_templates.h"
#include "indexer/jobs/ledger.h"

namespace dateline::indexer {

/// What the index knows of sites. What cannot be read is passed over.
[[nodiscard]] SiteTemplates load_site_templates(const Xapian::Database& database);

/// The same of an index folder. Throws Error as open_snapshot does.
[[nodiscard]] SiteTemplates load_site_templates(const std::filesystem::path& index);

/// Reads the job's pages once, before any of them is indexed, and stores what they teach of sites that the index does
/// not know yet; the caller commits. Inputs that the ledger knows by their state and those that can be read only once
/// (pipes) teach nothing, nor does anything once `stop` is set. Gives all templates that hold for this job.
[[nodiscard]] SiteTemplates learn_sites(const IndexOptions& options, Ledger& ledger, Xapian::WritableDatabase& database,
                                        std::chrono::sys_seconds latest, const std::atomic<bool>& stop);

}  // namespace dateline::indexer
