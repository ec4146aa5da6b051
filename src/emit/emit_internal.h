/*-------------------------------------------------------------------------
 * src/emit/emit_internal.h
 *	  What the files of the room share.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_EMIT_INTERNAL_H
#define MIG_EMIT_INTERNAL_H

#include "emit/emit.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

/*
 * Hazards, in codes that never change their meaning.  They are the codes of
 * the safety rules that lint knows (see doc/hazards.md).
 */
#define MIG_HAZARD_SCAN				"MG101" /* reads the table under a strong
											 * lock */
#define MIG_HAZARD_FOREIGN_KEY		"MG103" /* locks both tables, reads both */
#define MIG_HAZARD_NOT_NULL			"MG107" /* SET NOT NULL reads the table */
#define MIG_HAZARD_UNIQUE			"MG108" /* builds an index under a strong
											 * lock */
#define MIG_HAZARD_EXCLUDE			"MG110" /* likewise, with no online form */
#define MIG_HAZARD_DOMAIN			"MG112" /* reads every table that uses the
											 * domain */
#define MIG_HAZARD_ATTACH			"MG113" /* reads the partition */
#define MIG_HAZARD_DETACH			"MG115" /* locks the parent */
#define MIG_HAZARD_DEFAULT_REWRITE	"MG201" /* ADD COLUMN writes every row */
#define MIG_HAZARD_IDENTITY_REWRITE "MG202" /* likewise, for an identity */
#define MIG_HAZARD_STORED_REWRITE	"MG203" /* likewise, for a generated
											 * column */
#define MIG_HAZARD_TYPE_REWRITE		"MG204" /* ALTER TYPE may write every row */
#define MIG_HAZARD_COPY				"MG207" /* copies the table (LOGGED,
											 * method) */
#define MIG_HAZARD_INDEX			"MG301" /* CREATE INDEX blocks writes */
#define MIG_HAZARD_DROP_INDEX		"MG302" /* DROP INDEX locks the table */
#define MIG_HAZARD_ENUM_VALUE		"MG414" /* a new value cannot be used
											 * before COMMIT */
#define MIG_HAZARD_NO_DEFAULT		"MG504" /* NOT NULL without default fails
											 * on rows */
#define MIG_HAZARD_RECREATE			"MG509" /* dropped and created around a
											 * change */
#define MIG_HAZARD_DROP_TABLE		"MG601" /* data is lost: table or schema */
#define MIG_HAZARD_DROP_COLUMN		"MG602" /* data is lost: column */
#define MIG_HAZARD_INTEGRITY		"MG605" /* a constraint is dropped */
#define MIG_HAZARD_MASKED			"MG609" /* a secret is masked and must be
											 * filled in */
#define MIG_HAZARD_IRREVERSIBLE		"MG607" /* the way back does not bring
											 * data back */

/* emit_common.c */
extern const char *MigQuoteText(const char *text);
extern const char *MigQuoteRole(const char *role);
extern void MigEmitRemarks(MigDiff *diff, const MigObject *old, const MigObject *new);
extern void MigEmitLabels(MigDiff *diff, const char *object, JsonbContainer *old, JsonbContainer *new);
extern const char *MigEmitPhrase(const MigDiff *diff, const MigObject *object);
extern void MigEmitPlainDrop(MigDiff *diff, const MigObject *object);

/* emit_options.c */
extern const char *MigJoinOptions(List *options);
extern void MigEmitOptions(MigDiff *diff, const char *alter, List *old, List *new);
extern void MigAppendForeignOptions(StringInfo text, const char *separator, List *options);
extern void MigEmitForeignOptions(MigDiff *diff, const char *alter, List *old, List *new);

/* emit_table.c */
extern void MigCreateTable(MigDiff *diff, const MigObject *object);
extern void MigDropTable(MigDiff *diff, const MigObject *object);
extern bool MigAlterTable(MigDiff *diff, const MigObject *old, const MigObject *new);
extern void MigSettleTable(MigDiff *diff, const MigObject *old, const MigObject *new);
extern List *MigColumnsInOrder(const MigObject *table);

/* emit_inheritance.c */
extern void MigCreateInheritance(MigDiff *diff, const MigObject *object);
extern void MigDropInheritance(MigDiff *diff, const MigObject *object);
extern bool MigAlterInheritance(MigDiff *diff, const MigObject *old, const MigObject *new);
extern bool MigFoldsInheritance(const MigObject *object);
extern List *MigTableLinks(const MigObject *table);
extern void MigDropStandIn(MigDiff *diff, const MigObject *table);
extern const char *MigAddsToStandIn(MigDiff *diff, const MigObject *part);
extern bool MigIsPartition(const MigObject *table);
extern const char *MigColumnIsOf(const MigDiff *diff, const MigObject *column);

/* emit_not_null.c */
extern void MigAppendNotNull(MigDiff *diff, StringInfo text, const MigObject *column);
extern void MigAppendPlainNotNull(StringInfo text, const MigObject *column);
extern const char *MigNotNullClause(MigDiff *diff, const MigObject *column);
extern void MigAddNotNull(MigDiff *diff, const MigObject *column);
extern void MigAddNotNullApart(MigDiff *diff, const MigObject *column);
extern void MigOverrideNotNull(MigDiff *diff, const MigObject *theirs, const MigObject *column);
extern void MigAlterNotNull(MigDiff *diff, const MigObject *old, const MigObject *new);
extern const char *MigNotNullName(const MigObject *column);

/* emit_not_valid.c */
extern void MigCreateNotValid(MigDiff *diff, const MigObject *column);
extern void MigFinishNotNull(MigDiff *diff, const MigObject *old, const MigObject *new);
extern void MigSettleColumn(MigDiff *diff, const MigObject *old, const MigObject *new);

/* emit_column.c */
extern void MigCreateColumn(MigDiff *diff, const MigObject *object);
extern void MigDropColumn(MigDiff *diff, const MigObject *object);
extern void MigFinishColumn(MigDiff *diff, const MigObject *old, const MigObject *new);
extern bool MigAlterColumn(MigDiff *diff, const MigObject *old, const MigObject *new);
extern void MigCreateDefault(MigDiff *diff, const MigObject *object);
extern void MigDropDefault(MigDiff *diff, const MigObject *object);
extern bool MigAlterDefault(MigDiff *diff, const MigObject *old, const MigObject *new);
extern bool MigFoldsAlways(const MigObject *object);
extern const char *MigColumnDefinition(MigDiff *diff, const MigObject *column);
extern const char *MigBareColumn(const MigObject *old, const MigObject *new);
extern const char *MigTypedColumn(MigDiff *diff, const MigObject *column);
extern bool MigColumnComesWithLink(MigDiff *diff, const MigObject *column);
extern const MigObject *MigColumnOfParent(const MigDiff *diff, const MigObject *link,
										  const MigObject *column);
extern void MigEmitColumnsOfNewTable(MigDiff *diff, const MigObject *table);
extern const char *MigConversion(const char *column, const char *old, const char *new);

/* emit_carry.c */
extern bool MigColumnIsNoLongerOwn(MigDiff *diff, const MigObject *old, const MigObject *new);
extern bool MigColumnBecomesOwn(const MigObject *old, const MigObject *new);
extern bool MigColumnIsCarried(const MigDiff *diff, const MigObject *new);
extern void MigSetColumnAside(MigDiff *diff, const MigObject *old);
extern void MigTakeColumnBack(MigDiff *diff, const MigObject *new);

/* emit_constraint.c */
extern void MigCreateConstraint(MigDiff *diff, const MigObject *object);
extern void MigDropConstraint(MigDiff *diff, const MigObject *object);
extern bool MigAlterConstraint(MigDiff *diff, const MigObject *old, const MigObject *new);
extern bool MigFoldsConstraint(const MigObject *object);
extern void MigFinishConstraint(MigDiff *diff, const MigObject *old, const MigObject *new);
extern const char *MigConstraintClause(const MigObject *object);

/* What one role has from another. */
typedef struct MigGrant
{
	const char *grantee;		/* "" is PUBLIC */
	const char *grantor;		/* NULL: the owner */
	List	   *privileges;		/* const char *: without grant option */
	List	   *grantable;		/* with it */
} MigGrant;

/* One GRANT or REVOKE. */
typedef struct MigAclStep
{
	bool		is_grant;
	bool		option;			/* WITH GRANT OPTION, GRANT OPTION FOR */
	bool		cascade;
	List	   *privileges;
	const char *grantee;
	const char *grantor;
} MigAclStep;

/* Where to. */
typedef struct MigGrantTarget
{
	const char *prefix;			/* before the statement, or NULL */
	const char *phrase;			/* kind, as in GRANT ... ON */
	const char *name;			/* or NULL */
	const char *column;			/* quoted, or NULL */
} MigGrantTarget;

/* emit_acl_plan.c */
extern List *MigAclRead(JsonbContainer *props, const char *field, List *missing);
extern List *MigAclAdd(List *acl, const char *grantee, const char *privilege);
extern List *MigAclMerge(List *acl, List *more);
extern List *MigAclNewOwner(List *acl, const char *old_owner, const char *new_owner);
extern List *MigAclRevoked(List *acl, List *steps);
extern List *MigAclPlan(List *from, List *to);

/* emit_acl.c */
extern void MigEmitAcl(MigDiff *diff, const MigObject *old, const MigObject *new);
extern void MigEmitIdentityAcl(MigDiff *diff, const char *sequence,
							   const MigObject *old, const MigObject *new);
extern void MigEmitAclSteps(MigDiff *diff, const MigGrantTarget *target, List *steps);
extern List *MigAclDefault(const char *kind, const char *owner);

/* emit_parts.c */
extern const char *MigUpper(const char *word);
extern const char *MigInParentheses(const char *expression);
extern const char *MigEnabled(const char *enabled);
extern void MigEmitExtensions(MigDiff *diff, const MigObject *old, const MigObject *new);
extern void MigEmitExtensionsOf(MigDiff *diff, const char *name, const MigObject *old,
								const MigObject *new);

/* emit_view.c */
extern void MigCreateView(MigDiff *diff, const MigObject *object);
extern bool MigAlterView(MigDiff *diff, const MigObject *old, const MigObject *new);
extern bool MigStubView(MigDiff *diff, const MigObject *object);
extern bool MigUnstubView(MigDiff *diff, const MigObject *object);
extern void MigCreateMaterializedView(MigDiff *diff, const MigObject *object);
extern bool MigAlterMaterializedView(MigDiff *diff, const MigObject *old, const MigObject *new);
extern void MigCreateRule(MigDiff *diff, const MigObject *object);
extern bool MigAlterRule(MigDiff *diff, const MigObject *old, const MigObject *new);

/* emit_trigger.c */
extern void MigCreateTrigger(MigDiff *diff, const MigObject *object);
extern bool MigAlterTrigger(MigDiff *diff, const MigObject *old, const MigObject *new);
extern void MigCreateEventTrigger(MigDiff *diff, const MigObject *object);
extern bool MigAlterEventTrigger(MigDiff *diff, const MigObject *old, const MigObject *new);

/* emit_policy.c */
extern void MigCreatePolicy(MigDiff *diff, const MigObject *object);
extern bool MigAlterPolicy(MigDiff *diff, const MigObject *old, const MigObject *new);

/* emit_statistics.c */
extern void MigCreateStatistics(MigDiff *diff, const MigObject *object);
extern bool MigAlterStatistics(MigDiff *diff, const MigObject *old, const MigObject *new);

/* emit_text_search.c */
extern void MigCreateTsParser(MigDiff *diff, const MigObject *object);
extern void MigCreateTsTemplate(MigDiff *diff, const MigObject *object);
extern void MigCreateTsDictionary(MigDiff *diff, const MigObject *object);
extern bool MigAlterTsDictionary(MigDiff *diff, const MigObject *old, const MigObject *new);
extern void MigCreateTsConfiguration(MigDiff *diff, const MigObject *object);
extern bool MigAlterTsConfiguration(MigDiff *diff, const MigObject *old, const MigObject *new);

/* emit_index.c */
extern void MigCreateIndex(MigDiff *diff, const MigObject *object);
extern void MigDropIndex(MigDiff *diff, const MigObject *object);
extern bool MigAlterIndex(MigDiff *diff, const MigObject *old, const MigObject *new);
extern void MigFinishIndex(MigDiff *diff, const MigObject *old, const MigObject *new);
extern void MigCreateIndexAttachment(MigDiff *diff, const MigObject *object);
extern void MigDropIndexAttachment(MigDiff *diff, const MigObject *object);
extern void MigEmitCreateIndex(MigDiff *diff, const MigObject *object, const char *definition,
							   bool unique);
extern bool MigAlterIndexSettings(MigDiff *diff, const MigObject *old, const MigObject *new);
extern void MigFinishIndexSettings(MigDiff *diff, const MigObject *old, const MigObject *new);

/* emit_sequence.c */
extern void MigCreateSequence(MigDiff *diff, const MigObject *object);
extern bool MigAlterSequence(MigDiff *diff, const MigObject *old, const MigObject *new);
extern void MigSettleSequence(MigDiff *diff, const MigObject *old, const MigObject *new);
extern bool MigSequenceStaysOwned(const MigDiff *diff, const MigObject *old, const MigObject *new);
extern void MigEmitSequenceNumbers(MigDiff *diff, const MigObject *old, const MigObject *new);

/* emit_extension.c */
extern void MigCreateExtension(MigDiff *diff, const MigObject *object);
extern bool MigAlterExtension(MigDiff *diff, const MigObject *old, const MigObject *new);

/* emit_foreign.c */
extern void MigCreateWrapper(MigDiff *diff, const MigObject *object);
extern bool MigAlterWrapper(MigDiff *diff, const MigObject *old, const MigObject *new);
extern void MigCreateServer(MigDiff *diff, const MigObject *object);
extern bool MigAlterServer(MigDiff *diff, const MigObject *old, const MigObject *new);
extern void MigCreateUserMapping(MigDiff *diff, const MigObject *object);
extern bool MigAlterUserMapping(MigDiff *diff, const MigObject *old, const MigObject *new);

/* emit_privileges.c */
extern void MigCreateDefaultPrivileges(MigDiff *diff, const MigObject *object);
extern void MigDropDefaultPrivileges(MigDiff *diff, const MigObject *object);
extern bool MigAlterDefaultPrivileges(MigDiff *diff, const MigObject *old,
									  const MigObject *new);

/* emit_publication.c */
extern void MigCreatePublication(MigDiff *diff, const MigObject *object);
extern bool MigAlterPublication(MigDiff *diff, const MigObject *old, const MigObject *new);
extern void MigCreatePublicationRelation(MigDiff *diff, const MigObject *object);
extern void MigDropPublicationRelation(MigDiff *diff, const MigObject *object);
extern void MigCreatePublicationSchema(MigDiff *diff, const MigObject *object);
extern void MigDropPublicationSchema(MigDiff *diff, const MigObject *object);

/* emit_subscription.c */
extern void MigCreateSubscription(MigDiff *diff, const MigObject *object);
extern void MigDropSubscription(MigDiff *diff, const MigObject *object);
extern bool MigAlterSubscription(MigDiff *diff, const MigObject *old, const MigObject *new);

/* emit_schema.c */
extern void MigCreateSchema(MigDiff *diff, const MigObject *object);

/* emit_routine.c */
extern void MigCreateRoutine(MigDiff *diff, const MigObject *object);
extern bool MigAlterRoutine(MigDiff *diff, const MigObject *old, const MigObject *new);
extern bool MigEmitIsReplaceable(const MigObject *old, const MigObject *new);
extern void MigEmitArgument(StringInfo out, JsonbContainer *argument);
extern const char *MigQuoteCode(const char *code);

/* emit_aggregate.c */
extern void MigCreateAggregate(MigDiff *diff, const MigObject *object);
extern bool MigAlterAggregate(MigDiff *diff, const MigObject *old, const MigObject *new);
extern const char *MigOperatorReference(const char *name);

/* emit_operator.c */
extern void MigCreateOperator(MigDiff *diff, const MigObject *object);
extern void MigDropOperator(MigDiff *diff, const MigObject *object);
extern bool MigAlterOperator(MigDiff *diff, const MigObject *old, const MigObject *new);

/* emit_opclass.c */
extern void MigCreateOperatorFamily(MigDiff *diff, const MigObject *object);
extern bool MigAlterOperatorFamily(MigDiff *diff, const MigObject *old, const MigObject *new);
extern bool MigShedsMember(const MigObject *object, const MigObject *need);
extern void MigCreateOperatorClass(MigDiff *diff, const MigObject *object);

/* emit_language.c */
extern void MigCreateLanguage(MigDiff *diff, const MigObject *object);
extern bool MigAlterLanguage(MigDiff *diff, const MigObject *old, const MigObject *new);
extern void MigCreateAccessMethod(MigDiff *diff, const MigObject *object);
extern void MigCreateCast(MigDiff *diff, const MigObject *object);
extern void MigCreateTransform(MigDiff *diff, const MigObject *object);
extern bool MigAlterTransform(MigDiff *diff, const MigObject *old, const MigObject *new);
extern void MigCreateConversion(MigDiff *diff, const MigObject *object);

/* emit_type.c */
extern void MigCreateType(MigDiff *diff, const MigObject *object);
extern bool MigAlterType(MigDiff *diff, const MigObject *old, const MigObject *new);
extern bool MigStubType(MigDiff *diff, const MigObject *object);
extern bool MigUnstubType(MigDiff *diff, const MigObject *object);
extern void MigMoveType(MigDiff *diff, const MigObject *object, const char *new_name);

/* emit_enum.c */
extern void MigCreateEnum(MigDiff *diff, const MigObject *object);
extern bool MigAlterEnum(MigDiff *diff, const MigObject *old, const MigObject *new);

/* emit_composite.c */
extern bool MigTypeIsStored(const MigObject *type);
extern const char *MigCompositeConversion(const MigDiff *diff, const char *value,
										  const char *was, const char *is);
extern void MigCreateComposite(MigDiff *diff, const MigObject *object);
extern bool MigAlterComposite(MigDiff *diff, const MigObject *old, const MigObject *new);

/* emit_domain.c */
extern void MigCreateDomain(MigDiff *diff, const MigObject *object);
extern bool MigAlterDomain(MigDiff *diff, const MigObject *old, const MigObject *new);
extern void MigUnloadDomain(MigDiff *diff, const MigObject *object);
extern void MigCreateDomainConstraint(MigDiff *diff, const MigObject *object);
extern void MigDropDomainConstraint(MigDiff *diff, const MigObject *object);
extern bool MigAlterDomainConstraint(MigDiff *diff, const MigObject *old, const MigObject *new);
extern bool MigFoldsDomainConstraint(const MigObject *object);
extern bool MigJoinsDomainConstraint(const MigObject *part, const MigObject *whole);

/* emit_collation.c */
extern void MigCreateCollation(MigDiff *diff, const MigObject *object);

#endif							/* MIG_EMIT_INTERNAL_H */
