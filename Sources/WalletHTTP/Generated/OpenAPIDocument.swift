// Written by .ci/generate from docs/openapi.yaml. Do not edit.

/// docs/openapi.yaml, as the door serves it.
let openAPIDocument = ##"""
    openapi: 3.1.0
    info:
      title: Multibrand wallet
      version: 1.0.0
      summary: A points wallet - members, a ledger, offers, redemptions.
      description: |
        Every call but this document takes `Authorization: Bearer <credential>`. A credential is an organisation's key
        (`mbw_live_...`, `mbw_sandbox_...`; backends only) or a member token, which lasts minutes and speaks for one member.
        The credential alone decides between the SANDBOX and LIVE environments, which share nothing.

        Writes accept an `Idempotency-Key`: the same request again under the same key gives the first answer byte for byte and
        changes nothing; another request under it is refused with `IDEMPOTENCY_KEY_REUSED`. Failures are not stored, so a
        request may be repeated under its key once the cause is removed.

        Every answer bears an `X-Request-Id`; name it when you report a problem. Refusals have one form, `ErrorEnvelope`;
        branch on `error.code`, for messages may change. Amounts are whole points within 2^53 - 1. Times are UTC. A `null` in a
        request is as if the field was left out. Fields and parameters that are not described here are passed over, and new
        ones may appear in answers. A path that is asked with a method it does not take answers 405 with
        `METHOD_NOT_ALLOWED`; a path that is not described here answers 404 with `NOT_FOUND`.
    servers:
      - url: /
        description: The host this document was read from.
    security:
      - organisationKey: []
      - memberToken: []
    tags:
      - name: Credentials
      - name: Wallet
      - name: Offers and redemptions
      - name: Members
      - name: Analytics
      - name: Webhooks
    paths:
      /v1/auth/exchange:
        post:
          operationId: exchangeToken
          tags: [Credentials]
          summary: Hand out a member token
          description: |
            Gives a short-lived token for one member, in the environment of the key, and makes the member when new. Profile fields
            that are given are stored on the member; those left out stay as they are. A removed member comes back.
            Errors: UNAUTHORIZED, FORBIDDEN (a member token), VALIDATION, IDEMPOTENCY_KEY_REUSED.
          security:
            - organisationKey: []
          parameters:
            - $ref: '#/components/parameters/IdempotencyKey'
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  $ref: '#/components/schemas/ExchangeRequest'
                examples:
                  one:
                    value: {"externalUserID":"cust-77","displayName":"A. Member","tier":"gold"}
          responses:
            '200':
              description: The token and when it stops working.
              headers:
                X-Request-Id:
                  $ref: '#/components/headers/X-Request-Id'
              content:
                application/json:
                  schema:
                    $ref: '#/components/schemas/AccessToken'
                  examples:
                    one:
                      value: {"accessToken":"wmt1.eyJlIjoi.c2ln","expiresAt":"2026-03-02T10:15:00.000Z"}
            '400':
              $ref: '#/components/responses/BadRequest'
            '401':
              $ref: '#/components/responses/Unauthorized'
            '403':
              $ref: '#/components/responses/Forbidden'
            '408':
              $ref: '#/components/responses/BodyTooSlow'
            '409':
              $ref: '#/components/responses/Conflict'
            '413':
              $ref: '#/components/responses/PayloadTooLarge'
            '414':
              $ref: '#/components/responses/TargetTooLong'
            '415':
              $ref: '#/components/responses/BodyEncoded'
            '422':
              $ref: '#/components/responses/Unprocessable'
            '429':
              $ref: '#/components/responses/RateLimited'
            '500':
              $ref: '#/components/responses/Internal'
            '503':
              $ref: '#/components/responses/Unavailable'
      /v1/wallet/credit:
        post:
          operationId: creditWallet
          tags: [Wallet]
          summary: Credit points to a member
          description: |
            Writes one ledger row with a positive amount and raises the balance and what was ever received. In LIVE, where a prepaid
            pool is in use, the amount is drawn from it, all or nothing.
            Errors: UNAUTHORIZED, FORBIDDEN (a member token), VALIDATION (also when a total would pass 2^53 - 1),
            IDEMPOTENCY_KEY_REUSED, NOT_FOUND (no such member, or removed), INSUFFICIENT_ORG_POINTS.
          security:
            - organisationKey: []
          parameters:
            - $ref: '#/components/parameters/IdempotencyKey'
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  $ref: '#/components/schemas/CreditRequest'
                examples:
                  one:
                    value: {"externalUserID":"cust-77","amount":250,"reason":"spring promo"}
          responses:
            '200':
              description: The balance after this credit.
              headers:
                X-Request-Id:
                  $ref: '#/components/headers/X-Request-Id'
              content:
                application/json:
                  schema:
                    $ref: '#/components/schemas/Credit'
                  examples:
                    one:
                      value: {"balance":250,"currency":{"name":"Stars","symbol":"ST"}}
            '400':
              $ref: '#/components/responses/BadRequest'
            '401':
              $ref: '#/components/responses/Unauthorized'
            '402':
              $ref: '#/components/responses/InsufficientOrgPoints'
            '403':
              $ref: '#/components/responses/Forbidden'
            '404':
              $ref: '#/components/responses/NotFound'
            '408':
              $ref: '#/components/responses/BodyTooSlow'
            '409':
              $ref: '#/components/responses/Conflict'
            '413':
              $ref: '#/components/responses/PayloadTooLarge'
            '414':
              $ref: '#/components/responses/TargetTooLong'
            '415':
              $ref: '#/components/responses/BodyEncoded'
            '422':
              $ref: '#/components/responses/Unprocessable'
            '429':
              $ref: '#/components/responses/RateLimited'
            '500':
              $ref: '#/components/responses/Internal'
            '503':
              $ref: '#/components/responses/Unavailable'
      /v1/wallet:
        get:
          operationId: getWallet
          tags: [Wallet]
          summary: Read the member's wallet
          description: |
            For member tokens; an organisation's key has no member here and gets FORBIDDEN. A member without activity has zeros.
            Invariant: balance = amountReceived - amountSpent, and never below zero.
          security:
            - memberToken: []
          responses:
            '200':
              description: The wallet.
              headers:
                X-Request-Id:
                  $ref: '#/components/headers/X-Request-Id'
              content:
                application/json:
                  schema:
                    $ref: '#/components/schemas/Wallet'
                  examples:
                    one:
                      value: {"balance":180,"held":0,"available":180,"amountReceived":680,"amountSpent":500,"currency":{"name":"Stars","symbol":"ST"}}
            '400':
              $ref: '#/components/responses/BadRequest'
            '401':
              $ref: '#/components/responses/Unauthorized'
            '403':
              $ref: '#/components/responses/Forbidden'
            '408':
              $ref: '#/components/responses/BodyTooSlow'
            '413':
              $ref: '#/components/responses/PayloadTooLarge'
            '414':
              $ref: '#/components/responses/TargetTooLong'
            '422':
              $ref: '#/components/responses/Unprocessable'
            '429':
              $ref: '#/components/responses/RateLimited'
            '500':
              $ref: '#/components/responses/Internal'
            '503':
              $ref: '#/components/responses/Unavailable'
      /v1/wallet/transactions:
        get:
          operationId: listTransactions
          tags: [Wallet]
          summary: Read the member's ledger
          description: |
            Newest first. Repeat with `cursor` set to `nextCursor` until that is null; a walk neither skips nor repeats a row while
            others are written. An organisation's key names the member in externalUserID.
            Errors: FORBIDDEN (a member token that names another member), VALIDATION, NOT_FOUND (the named member does not exist).
          parameters:
            - $ref: '#/components/parameters/Limit'
            - $ref: '#/components/parameters/Cursor'
            - $ref: '#/components/parameters/ExternalUserID'
          responses:
            '200':
              description: A page of the ledger.
              headers:
                X-Request-Id:
                  $ref: '#/components/headers/X-Request-Id'
              content:
                application/json:
                  schema:
                    $ref: '#/components/schemas/TransactionPage'
                  examples:
                    one:
                      value: {"transactions":[{"id":"wtx_1b0e7d35c2f84a6e9d0c3b2a1f4e5d6c","type":"CREDIT","amount":180,"reason":"redemption canceled","redemptionID":"red_5f0c1a9be2d74c3f8a6b0d1e2f3a4b5c","holdID":null,"createdAt":"2026-03-02T10:00:02.000Z"}],"nextCursor":null}
            '400':
              $ref: '#/components/responses/BadRequest'
            '401':
              $ref: '#/components/responses/Unauthorized'
            '403':
              $ref: '#/components/responses/Forbidden'
            '404':
              $ref: '#/components/responses/NotFound'
            '408':
              $ref: '#/components/responses/BodyTooSlow'
            '413':
              $ref: '#/components/responses/PayloadTooLarge'
            '414':
              $ref: '#/components/responses/TargetTooLong'
            '422':
              $ref: '#/components/responses/Unprocessable'
            '429':
              $ref: '#/components/responses/RateLimited'
            '500':
              $ref: '#/components/responses/Internal'
            '503':
              $ref: '#/components/responses/Unavailable'
      /v1/wallet/holds:
        get:
          operationId: listHolds
          tags: [Wallet]
          summary: List holds
          description: |
            An extension of ours. Newest first. A member token lists its own member's; an organisation's key lists those of the member
            in externalUserID, or every member's without it.
            Errors: FORBIDDEN (a member token that names another member), VALIDATION, NOT_FOUND (the named member does not exist).
          parameters:
            - $ref: '#/components/parameters/HoldStatus'
            - $ref: '#/components/parameters/Limit'
            - $ref: '#/components/parameters/Cursor'
            - $ref: '#/components/parameters/ExternalUserID'
          responses:
            '200':
              description: A page of holds.
              headers:
                X-Request-Id:
                  $ref: '#/components/headers/X-Request-Id'
              content:
                application/json:
                  schema:
                    $ref: '#/components/schemas/HoldPage'
                  examples:
                    one:
                      value: {"holds":[{"id":"hold_7d1c2b9ae0f34c5d8b6a1f2e3d4c5b6a","externalUserID":"cust-77","amount":120,"captured":0,"status":"HELD","reason":"Purchase of miles","createdAt":"2026-03-02T10:00:01.000Z","expiresAt":"2026-03-02T11:00:01.000Z","endedAt":null}],"nextCursor":null}
            '400':
              $ref: '#/components/responses/BadRequest'
            '401':
              $ref: '#/components/responses/Unauthorized'
            '403':
              $ref: '#/components/responses/Forbidden'
            '404':
              $ref: '#/components/responses/NotFound'
            '408':
              $ref: '#/components/responses/BodyTooSlow'
            '413':
              $ref: '#/components/responses/PayloadTooLarge'
            '414':
              $ref: '#/components/responses/TargetTooLong'
            '422':
              $ref: '#/components/responses/Unprocessable'
            '429':
              $ref: '#/components/responses/RateLimited'
            '500':
              $ref: '#/components/responses/Internal'
            '503':
              $ref: '#/components/responses/Unavailable'
        post:
          operationId: placeHold
          tags: [Wallet]
          summary: Set points aside for a purchase
          description: |
            An extension of ours. The check of what is available and the hold are one step. A hold moves no points: it lowers what is
            available until it is captured, released or expires.
            Errors, in this order: UNAUTHORIZED, FORBIDDEN (a member token), VALIDATION, IDEMPOTENCY_KEY_REUSED, NOT_FOUND (no such
            member, or removed), INSUFFICIENT_POINTS, CONFLICT (the member has 100 active holds).
          security:
            - organisationKey: []
          parameters:
            - $ref: '#/components/parameters/IdempotencyKey'
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  $ref: '#/components/schemas/HoldRequest'
                examples:
                  one:
                    value: {"externalUserID":"cust-77","amount":120,"reason":"Purchase of miles","expiresInSeconds":3600}
          responses:
            '201':
              description: The hold.
              headers:
                X-Request-Id:
                  $ref: '#/components/headers/X-Request-Id'
              content:
                application/json:
                  schema:
                    $ref: '#/components/schemas/Hold'
                  examples:
                    one:
                      value: {"id":"hold_7d1c2b9ae0f34c5d8b6a1f2e3d4c5b6a","externalUserID":"cust-77","amount":120,"captured":0,"status":"HELD","reason":"Purchase of miles","createdAt":"2026-03-02T10:00:01.000Z","expiresAt":"2026-03-02T11:00:01.000Z","endedAt":null}
            '400':
              $ref: '#/components/responses/BadRequest'
            '401':
              $ref: '#/components/responses/Unauthorized'
            '403':
              $ref: '#/components/responses/Forbidden'
            '404':
              $ref: '#/components/responses/NotFound'
            '408':
              $ref: '#/components/responses/BodyTooSlow'
            '409':
              $ref: '#/components/responses/Conflict'
            '413':
              $ref: '#/components/responses/PayloadTooLarge'
            '414':
              $ref: '#/components/responses/TargetTooLong'
            '415':
              $ref: '#/components/responses/BodyEncoded'
            '422':
              $ref: '#/components/responses/Unprocessable'
            '429':
              $ref: '#/components/responses/RateLimited'
            '500':
              $ref: '#/components/responses/Internal'
            '503':
              $ref: '#/components/responses/Unavailable'
      /v1/wallet/holds/{id}:
        get:
          operationId: getHold
          tags: [Wallet]
          summary: Read a hold
          description: |
            An extension of ours. Errors: NOT_FOUND, also for another member's.
          parameters:
            - $ref: '#/components/parameters/HoldID'
          responses:
            '200':
              description: The hold.
              headers:
                X-Request-Id:
                  $ref: '#/components/headers/X-Request-Id'
              content:
                application/json:
                  schema:
                    $ref: '#/components/schemas/Hold'
                  examples:
                    one:
                      value: {"id":"hold_7d1c2b9ae0f34c5d8b6a1f2e3d4c5b6a","externalUserID":"cust-77","amount":120,"captured":0,"status":"HELD","reason":"Purchase of miles","createdAt":"2026-03-02T10:00:01.000Z","expiresAt":"2026-03-02T11:00:01.000Z","endedAt":null}
            '400':
              $ref: '#/components/responses/BadRequest'
            '401':
              $ref: '#/components/responses/Unauthorized'
            '403':
              $ref: '#/components/responses/Forbidden'
            '404':
              $ref: '#/components/responses/NotFound'
            '408':
              $ref: '#/components/responses/BodyTooSlow'
            '413':
              $ref: '#/components/responses/PayloadTooLarge'
            '414':
              $ref: '#/components/responses/TargetTooLong'
            '422':
              $ref: '#/components/responses/Unprocessable'
            '429':
              $ref: '#/components/responses/RateLimited'
            '500':
              $ref: '#/components/responses/Internal'
            '503':
              $ref: '#/components/responses/Unavailable'
      /v1/wallet/holds/{id}/capture:
        post:
          operationId: captureHold
          tags: [Wallet]
          summary: Debit what the purchase cost
          description: |
            An extension of ours. Writes one ledger row with a negative amount and makes the rest of the hold available, once. Without
            an amount the whole hold is debited. Capturing the same amount again answers with the hold.
            Errors: FORBIDDEN (a member token), NOT_FOUND, VALIDATION (more than the hold), CONFLICT (released, expired, or captured
            with another amount), IDEMPOTENCY_KEY_REUSED.
          security:
            - organisationKey: []
          parameters:
            - $ref: '#/components/parameters/HoldID'
            - $ref: '#/components/parameters/IdempotencyKey'
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  $ref: '#/components/schemas/HoldCapture'
                examples:
                  one:
                    value: {"amount":90}
          responses:
            '200':
              description: The hold, captured.
              headers:
                X-Request-Id:
                  $ref: '#/components/headers/X-Request-Id'
              content:
                application/json:
                  schema:
                    $ref: '#/components/schemas/Hold'
                  examples:
                    one:
                      value: {"id":"hold_7d1c2b9ae0f34c5d8b6a1f2e3d4c5b6a","externalUserID":"cust-77","amount":120,"captured":90,"status":"CAPTURED","reason":"Purchase of miles","createdAt":"2026-03-02T10:00:01.000Z","expiresAt":"2026-03-02T11:00:01.000Z","endedAt":"2026-03-02T10:04:11.000Z"}
            '400':
              $ref: '#/components/responses/BadRequest'
            '401':
              $ref: '#/components/responses/Unauthorized'
            '403':
              $ref: '#/components/responses/Forbidden'
            '404':
              $ref: '#/components/responses/NotFound'
            '408':
              $ref: '#/components/responses/BodyTooSlow'
            '409':
              $ref: '#/components/responses/Conflict'
            '413':
              $ref: '#/components/responses/PayloadTooLarge'
            '414':
              $ref: '#/components/responses/TargetTooLong'
            '415':
              $ref: '#/components/responses/BodyEncoded'
            '422':
              $ref: '#/components/responses/Unprocessable'
            '429':
              $ref: '#/components/responses/RateLimited'
            '500':
              $ref: '#/components/responses/Internal'
            '503':
              $ref: '#/components/responses/Unavailable'
      /v1/wallet/holds/{id}/release:
        post:
          operationId: releaseHold
          tags: [Wallet]
          summary: Release a hold
          description: |
            An extension of ours. Ends the hold without a debit. Releasing a released or expired hold answers with it again. A body is
            ignored.
            Errors: FORBIDDEN (a member token), NOT_FOUND, CONFLICT (captured), IDEMPOTENCY_KEY_REUSED.
          security:
            - organisationKey: []
          parameters:
            - $ref: '#/components/parameters/HoldID'
            - $ref: '#/components/parameters/IdempotencyKey'
          responses:
            '200':
              description: The hold, released.
              headers:
                X-Request-Id:
                  $ref: '#/components/headers/X-Request-Id'
              content:
                application/json:
                  schema:
                    $ref: '#/components/schemas/Hold'
                  examples:
                    one:
                      value: {"id":"hold_7d1c2b9ae0f34c5d8b6a1f2e3d4c5b6a","externalUserID":"cust-77","amount":120,"captured":0,"status":"RELEASED","reason":"Purchase of miles","createdAt":"2026-03-02T10:00:01.000Z","expiresAt":"2026-03-02T11:00:01.000Z","endedAt":"2026-03-02T10:04:11.000Z"}
            '400':
              $ref: '#/components/responses/BadRequest'
            '401':
              $ref: '#/components/responses/Unauthorized'
            '403':
              $ref: '#/components/responses/Forbidden'
            '404':
              $ref: '#/components/responses/NotFound'
            '408':
              $ref: '#/components/responses/BodyTooSlow'
            '409':
              $ref: '#/components/responses/Conflict'
            '413':
              $ref: '#/components/responses/PayloadTooLarge'
            '414':
              $ref: '#/components/responses/TargetTooLong'
            '422':
              $ref: '#/components/responses/Unprocessable'
            '429':
              $ref: '#/components/responses/RateLimited'
            '500':
              $ref: '#/components/responses/Internal'
            '503':
              $ref: '#/components/responses/Unavailable'
      /v1/offers:
        get:
          operationId: listOffers
          tags: [Offers and redemptions]
          summary: List what can be redeemed
          description: |
            Newest first, without what has expired.
          parameters:
            - $ref: '#/components/parameters/Limit'
            - $ref: '#/components/parameters/Cursor'
          responses:
            '200':
              description: A page of offers.
              headers:
                X-Request-Id:
                  $ref: '#/components/headers/X-Request-Id'
              content:
                application/json:
                  schema:
                    $ref: '#/components/schemas/OfferPage'
                  examples:
                    one:
                      value: {"data":[{"id":"coffee","title":"A coffee","description":"One coffee at the counter.","shortDescription":"One coffee","kind":"voucher","type":"drink","pointsPrice":180,"expiresAt":null}],"nextCursor":null}
            '400':
              $ref: '#/components/responses/BadRequest'
            '401':
              $ref: '#/components/responses/Unauthorized'
            '403':
              $ref: '#/components/responses/Forbidden'
            '408':
              $ref: '#/components/responses/BodyTooSlow'
            '413':
              $ref: '#/components/responses/PayloadTooLarge'
            '414':
              $ref: '#/components/responses/TargetTooLong'
            '422':
              $ref: '#/components/responses/Unprocessable'
            '429':
              $ref: '#/components/responses/RateLimited'
            '500':
              $ref: '#/components/responses/Internal'
            '503':
              $ref: '#/components/responses/Unavailable'
      /v1/redemptions:
        get:
          operationId: listRedemptions
          tags: [Offers and redemptions]
          summary: List the member's redemptions
          description: |
            Newest first. An organisation's key names the member in externalUserID.
            Errors: FORBIDDEN (a member token that names another member), VALIDATION, NOT_FOUND (the named member does not exist).
          parameters:
            - $ref: '#/components/parameters/Status'
            - $ref: '#/components/parameters/Limit'
            - $ref: '#/components/parameters/Cursor'
            - $ref: '#/components/parameters/ExternalUserID'
          responses:
            '200':
              description: A page of redemptions.
              headers:
                X-Request-Id:
                  $ref: '#/components/headers/X-Request-Id'
              content:
                application/json:
                  schema:
                    $ref: '#/components/schemas/RedemptionPage'
                  examples:
                    one:
                      value: {"redemptions":[{"id":"red_5f0c1a9be2d74c3f8a6b0d1e2f3a4b5c","offer":"coffee","status":"SUBMITTED","createdAt":"2026-03-02T10:00:01.000Z","startAt":null,"endAt":null}],"nextCursor":null}
            '400':
              $ref: '#/components/responses/BadRequest'
            '401':
              $ref: '#/components/responses/Unauthorized'
            '403':
              $ref: '#/components/responses/Forbidden'
            '404':
              $ref: '#/components/responses/NotFound'
            '408':
              $ref: '#/components/responses/BodyTooSlow'
            '413':
              $ref: '#/components/responses/PayloadTooLarge'
            '414':
              $ref: '#/components/responses/TargetTooLong'
            '422':
              $ref: '#/components/responses/Unprocessable'
            '429':
              $ref: '#/components/responses/RateLimited'
            '500':
              $ref: '#/components/responses/Internal'
            '503':
              $ref: '#/components/responses/Unavailable'
        post:
          operationId: createRedemption
          tags: [Offers and redemptions]
          summary: Redeem an offer
          description: |
            Debits the offer's price and submits the redemption in one step; nothing is written when it is refused. A price of null
            or 0 debits nothing.
            Errors, in this order: UNAUTHORIZED, FORBIDDEN, VALIDATION, IDEMPOTENCY_KEY_REUSED, NOT_FOUND (member, then offer),
            OFFER_UNAVAILABLE, REDEMPTION_ALREADY_EXISTS, INSUFFICIENT_POINTS.
          parameters:
            - $ref: '#/components/parameters/IdempotencyKey'
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  $ref: '#/components/schemas/RedemptionRequest'
                examples:
                  one:
                    value: {"offer":"coffee"}
          responses:
            '201':
              description: The redemption.
              headers:
                X-Request-Id:
                  $ref: '#/components/headers/X-Request-Id'
              content:
                application/json:
                  schema:
                    $ref: '#/components/schemas/Redemption'
                  examples:
                    one:
                      value: {"id":"red_5f0c1a9be2d74c3f8a6b0d1e2f3a4b5c","offer":"coffee","status":"SUBMITTED","createdAt":"2026-03-02T10:00:01.000Z","startAt":null,"endAt":null}
            '400':
              $ref: '#/components/responses/BadRequest'
            '401':
              $ref: '#/components/responses/Unauthorized'
            '403':
              $ref: '#/components/responses/Forbidden'
            '404':
              $ref: '#/components/responses/NotFound'
            '408':
              $ref: '#/components/responses/BodyTooSlow'
            '409':
              $ref: '#/components/responses/Conflict'
            '413':
              $ref: '#/components/responses/PayloadTooLarge'
            '414':
              $ref: '#/components/responses/TargetTooLong'
            '415':
              $ref: '#/components/responses/BodyEncoded'
            '422':
              $ref: '#/components/responses/Unprocessable'
            '429':
              $ref: '#/components/responses/RateLimited'
            '500':
              $ref: '#/components/responses/Internal'
            '503':
              $ref: '#/components/responses/Unavailable'
      /v1/redemptions/{id}:
        get:
          operationId: getRedemption
          tags: [Offers and redemptions]
          summary: Read a redemption
          description: |
            Errors: NOT_FOUND, also for another member's.
          parameters:
            - $ref: '#/components/parameters/RedemptionID'
          responses:
            '200':
              description: The redemption.
              headers:
                X-Request-Id:
                  $ref: '#/components/headers/X-Request-Id'
              content:
                application/json:
                  schema:
                    $ref: '#/components/schemas/Redemption'
                  examples:
                    one:
                      value: {"id":"red_5f0c1a9be2d74c3f8a6b0d1e2f3a4b5c","offer":"coffee","status":"SUBMITTED","createdAt":"2026-03-02T10:00:01.000Z","startAt":null,"endAt":null}
            '400':
              $ref: '#/components/responses/BadRequest'
            '401':
              $ref: '#/components/responses/Unauthorized'
            '403':
              $ref: '#/components/responses/Forbidden'
            '404':
              $ref: '#/components/responses/NotFound'
            '408':
              $ref: '#/components/responses/BodyTooSlow'
            '413':
              $ref: '#/components/responses/PayloadTooLarge'
            '414':
              $ref: '#/components/responses/TargetTooLong'
            '422':
              $ref: '#/components/responses/Unprocessable'
            '429':
              $ref: '#/components/responses/RateLimited'
            '500':
              $ref: '#/components/responses/Internal'
            '503':
              $ref: '#/components/responses/Unavailable'
      /v1/redemptions/{id}/cancel:
        post:
          operationId: cancelRedemption
          tags: [Offers and redemptions]
          summary: Cancel a redemption
          description: |
            An extension of ours. Gives back what was debited, once, under the same redemption id. Canceling a canceled redemption
            answers with it again. A body is ignored.
            Errors: NOT_FOUND, also for another member's; CONFLICT for a completed one or a removed member's; IDEMPOTENCY_KEY_REUSED.
          parameters:
            - $ref: '#/components/parameters/RedemptionID'
            - $ref: '#/components/parameters/IdempotencyKey'
          responses:
            '200':
              description: The redemption, canceled.
              headers:
                X-Request-Id:
                  $ref: '#/components/headers/X-Request-Id'
              content:
                application/json:
                  schema:
                    $ref: '#/components/schemas/Redemption'
                  examples:
                    one:
                      value: {"id":"red_5f0c1a9be2d74c3f8a6b0d1e2f3a4b5c","offer":"coffee","status":"CANCELED","createdAt":"2026-03-02T10:00:01.000Z","startAt":null,"endAt":null}
            '400':
              $ref: '#/components/responses/BadRequest'
            '401':
              $ref: '#/components/responses/Unauthorized'
            '403':
              $ref: '#/components/responses/Forbidden'
            '404':
              $ref: '#/components/responses/NotFound'
            '408':
              $ref: '#/components/responses/BodyTooSlow'
            '409':
              $ref: '#/components/responses/Conflict'
            '413':
              $ref: '#/components/responses/PayloadTooLarge'
            '414':
              $ref: '#/components/responses/TargetTooLong'
            '422':
              $ref: '#/components/responses/Unprocessable'
            '429':
              $ref: '#/components/responses/RateLimited'
            '500':
              $ref: '#/components/responses/Internal'
            '503':
              $ref: '#/components/responses/Unavailable'
      /v1/eligibility:
        get:
          operationId: getEligibility
          tags: [Wallet]
          summary: Read tier and wallet in one
          description: |
            Both from one consistent read. An organisation's key names the member in externalUserID.
            Errors: FORBIDDEN (a member token that names another member), VALIDATION, NOT_FOUND.
          parameters:
            - $ref: '#/components/parameters/ExternalUserID'
          responses:
            '200':
              description: Tier and wallet.
              headers:
                X-Request-Id:
                  $ref: '#/components/headers/X-Request-Id'
              content:
                application/json:
                  schema:
                    $ref: '#/components/schemas/Eligibility'
                  examples:
                    one:
                      value: {"tier":"gold","wallet":{"balance":180,"held":0,"available":180,"amountReceived":680,"amountSpent":500,"currency":{"name":"Stars","symbol":"ST"}}}
            '400':
              $ref: '#/components/responses/BadRequest'
            '401':
              $ref: '#/components/responses/Unauthorized'
            '403':
              $ref: '#/components/responses/Forbidden'
            '404':
              $ref: '#/components/responses/NotFound'
            '408':
              $ref: '#/components/responses/BodyTooSlow'
            '413':
              $ref: '#/components/responses/PayloadTooLarge'
            '414':
              $ref: '#/components/responses/TargetTooLong'
            '422':
              $ref: '#/components/responses/Unprocessable'
            '429':
              $ref: '#/components/responses/RateLimited'
            '500':
              $ref: '#/components/responses/Internal'
            '503':
              $ref: '#/components/responses/Unavailable'
      /v1/members/{externalUserID}:
        get:
          operationId: getMember
          tags: [Members]
          summary: Read a member with wallet and counts
          description: |
            Removed members can be read too. Errors: FORBIDDEN (a member token), NOT_FOUND.
          security:
            - organisationKey: []
          parameters:
            - $ref: '#/components/parameters/MemberID'
          responses:
            '200':
              description: The member.
              headers:
                X-Request-Id:
                  $ref: '#/components/headers/X-Request-Id'
              content:
                application/json:
                  schema:
                    $ref: '#/components/schemas/MemberSummary'
                  examples:
                    one:
                      value: {"externalUserID":"cust-77","displayName":"A. Member","tier":"gold","attributes":{"city":"Zug"},"wallet":{"balance":180,"held":0,"available":180,"amountReceived":680,"amountSpent":500,"currency":{"name":"Stars","symbol":"ST"}},"redemptionCounts":{"SUBMITTED":1,"OPEN":0,"AWAITING_VENDOR":0,"AWAITING_CUSTOMER":0,"PURCHASED":0,"COMPLETED":0,"CANCELED":1}}
            '400':
              $ref: '#/components/responses/BadRequest'
            '401':
              $ref: '#/components/responses/Unauthorized'
            '403':
              $ref: '#/components/responses/Forbidden'
            '404':
              $ref: '#/components/responses/NotFound'
            '408':
              $ref: '#/components/responses/BodyTooSlow'
            '413':
              $ref: '#/components/responses/PayloadTooLarge'
            '414':
              $ref: '#/components/responses/TargetTooLong'
            '422':
              $ref: '#/components/responses/Unprocessable'
            '429':
              $ref: '#/components/responses/RateLimited'
            '500':
              $ref: '#/components/responses/Internal'
            '503':
              $ref: '#/components/responses/Unavailable'
        put:
          operationId: upsertMember
          tags: [Members]
          summary: Create or change a member
          description: |
            Fields left out keep what is stored; `attributes` is replaced as a whole. A removed member comes back.
            Errors: FORBIDDEN (a member token), VALIDATION, IDEMPOTENCY_KEY_REUSED.
          security:
            - organisationKey: []
          parameters:
            - $ref: '#/components/parameters/MemberID'
            - $ref: '#/components/parameters/IdempotencyKey'
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  $ref: '#/components/schemas/MemberRequest'
                examples:
                  one:
                    value: {"displayName":"A. Member","tier":"gold","attributes":{"city":"Zug"}}
          responses:
            '200':
              description: The member.
              headers:
                X-Request-Id:
                  $ref: '#/components/headers/X-Request-Id'
              content:
                application/json:
                  schema:
                    $ref: '#/components/schemas/Member'
                  examples:
                    one:
                      value: {"externalUserID":"cust-77","displayName":"A. Member","tier":"gold","attributes":{"city":"Zug"}}
            '400':
              $ref: '#/components/responses/BadRequest'
            '401':
              $ref: '#/components/responses/Unauthorized'
            '403':
              $ref: '#/components/responses/Forbidden'
            '408':
              $ref: '#/components/responses/BodyTooSlow'
            '409':
              $ref: '#/components/responses/Conflict'
            '413':
              $ref: '#/components/responses/PayloadTooLarge'
            '414':
              $ref: '#/components/responses/TargetTooLong'
            '415':
              $ref: '#/components/responses/BodyEncoded'
            '422':
              $ref: '#/components/responses/Unprocessable'
            '429':
              $ref: '#/components/responses/RateLimited'
            '500':
              $ref: '#/components/responses/Internal'
            '503':
              $ref: '#/components/responses/Unavailable'
        delete:
          operationId: removeMember
          tags: [Members]
          summary: Archive a member
          description: |
            The member's tokens stop working. Without retainBalance the balance lapses by one debit of the ledger. Removing a
            removed member answers as the first time.
            Errors: FORBIDDEN (a member token), VALIDATION, NOT_FOUND, IDEMPOTENCY_KEY_REUSED.
          security:
            - organisationKey: []
          parameters:
            - $ref: '#/components/parameters/MemberID'
            - $ref: '#/components/parameters/RetainBalance'
            - $ref: '#/components/parameters/IdempotencyKey'
          responses:
            '200':
              description: What became of the member.
              headers:
                X-Request-Id:
                  $ref: '#/components/headers/X-Request-Id'
              content:
                application/json:
                  schema:
                    $ref: '#/components/schemas/Removal'
                  examples:
                    one:
                      value: {"externalUserID":"cust-77","archived":true,"balanceRetained":false}
            '400':
              $ref: '#/components/responses/BadRequest'
            '401':
              $ref: '#/components/responses/Unauthorized'
            '403':
              $ref: '#/components/responses/Forbidden'
            '404':
              $ref: '#/components/responses/NotFound'
            '408':
              $ref: '#/components/responses/BodyTooSlow'
            '409':
              $ref: '#/components/responses/Conflict'
            '413':
              $ref: '#/components/responses/PayloadTooLarge'
            '414':
              $ref: '#/components/responses/TargetTooLong'
            '422':
              $ref: '#/components/responses/Unprocessable'
            '429':
              $ref: '#/components/responses/RateLimited'
            '500':
              $ref: '#/components/responses/Internal'
            '503':
              $ref: '#/components/responses/Unavailable'
      /v1/analytics/summary:
        get:
          operationId: getAnalyticsSummary
          tags: [Analytics]
          summary: Totals of the environment
          description: |
            `pointsMinted` counts credits without refunds; `pointsSpent` is gross. Errors: FORBIDDEN (a member token).
          security:
            - organisationKey: []
          responses:
            '200':
              description: The totals.
              headers:
                X-Request-Id:
                  $ref: '#/components/headers/X-Request-Id'
              content:
                application/json:
                  schema:
                    $ref: '#/components/schemas/AnalyticsSummary'
                  examples:
                    one:
                      value: {"memberCount":1,"pointsMinted":500,"pointsSpent":500,"completionRate":0.5,"redemptions":{"submitted":0,"open":0,"awaiting_vendor":0,"awaiting_customer":0,"purchased":0,"completed":1,"canceled":1,"total":2}}
            '400':
              $ref: '#/components/responses/BadRequest'
            '401':
              $ref: '#/components/responses/Unauthorized'
            '403':
              $ref: '#/components/responses/Forbidden'
            '408':
              $ref: '#/components/responses/BodyTooSlow'
            '413':
              $ref: '#/components/responses/PayloadTooLarge'
            '414':
              $ref: '#/components/responses/TargetTooLong'
            '422':
              $ref: '#/components/responses/Unprocessable'
            '429':
              $ref: '#/components/responses/RateLimited'
            '500':
              $ref: '#/components/responses/Internal'
            '503':
              $ref: '#/components/responses/Unavailable'
      /v1/analytics/offers:
        get:
          operationId: getAnalyticsOffers
          tags: [Analytics]
          summary: Totals by offer
          description: |
            Errors: FORBIDDEN (a member token).
          security:
            - organisationKey: []
          responses:
            '200':
              description: The offers.
              headers:
                X-Request-Id:
                  $ref: '#/components/headers/X-Request-Id'
              content:
                application/json:
                  schema:
                    $ref: '#/components/schemas/AnalyticsOffers'
                  examples:
                    one:
                      value: {"offers":[{"offerId":"coffee","signups":2,"completions":1,"cancellations":1,"pointsSpent":360}]}
            '400':
              $ref: '#/components/responses/BadRequest'
            '401':
              $ref: '#/components/responses/Unauthorized'
            '403':
              $ref: '#/components/responses/Forbidden'
            '408':
              $ref: '#/components/responses/BodyTooSlow'
            '413':
              $ref: '#/components/responses/PayloadTooLarge'
            '414':
              $ref: '#/components/responses/TargetTooLong'
            '422':
              $ref: '#/components/responses/Unprocessable'
            '429':
              $ref: '#/components/responses/RateLimited'
            '500':
              $ref: '#/components/responses/Internal'
            '503':
              $ref: '#/components/responses/Unavailable'
      /v1/analytics/timeseries:
        get:
          operationId: getAnalyticsTimeseries
          tags: [Analytics]
          summary: Totals by day, week or month
          description: |
            Buckets in UTC from `from` up to `to`; the first and the last are cut there. At most 1000 buckets.
            Errors: FORBIDDEN (a member token), VALIDATION.
          security:
            - organisationKey: []
          parameters:
            - $ref: '#/components/parameters/From'
            - $ref: '#/components/parameters/To'
            - $ref: '#/components/parameters/Interval'
          responses:
            '200':
              description: The buckets.
              headers:
                X-Request-Id:
                  $ref: '#/components/headers/X-Request-Id'
              content:
                application/json:
                  schema:
                    $ref: '#/components/schemas/AnalyticsTimeseries'
                  examples:
                    one:
                      value: {"buckets":[{"startTime":"2026-03-01T00:00:00.000Z","endTime":"2026-03-02T00:00:00.000Z","signups":2,"pointsMinted":500,"pointsSpent":360}]}
            '400':
              $ref: '#/components/responses/BadRequest'
            '401':
              $ref: '#/components/responses/Unauthorized'
            '403':
              $ref: '#/components/responses/Forbidden'
            '408':
              $ref: '#/components/responses/BodyTooSlow'
            '413':
              $ref: '#/components/responses/PayloadTooLarge'
            '414':
              $ref: '#/components/responses/TargetTooLong'
            '422':
              $ref: '#/components/responses/Unprocessable'
            '429':
              $ref: '#/components/responses/RateLimited'
            '500':
              $ref: '#/components/responses/Internal'
            '503':
              $ref: '#/components/responses/Unavailable'
      /v1/webhooks:
        get:
          operationId: listWebhooks
          tags: [Webhooks]
          summary: List the environment's endpoints
          description: |
            Newest first, disabled ones too, without their secrets. Errors: FORBIDDEN (a member token).
          security:
            - organisationKey: []
          responses:
            '200':
              description: The endpoints.
              headers:
                X-Request-Id:
                  $ref: '#/components/headers/X-Request-Id'
              content:
                application/json:
                  schema:
                    $ref: '#/components/schemas/WebhookList'
                  examples:
                    one:
                      value: {"data":[{"id":"whk_0a1b2c3d4e5f60718293a4b5c6d7e8f9","url":"https://hooks.example.com/wallet","events":["wallet.credited"],"environment":"SANDBOX","createdAt":"2026-03-02T10:00:00.000Z","disabledAt":null}]}
            '400':
              $ref: '#/components/responses/BadRequest'
            '401':
              $ref: '#/components/responses/Unauthorized'
            '403':
              $ref: '#/components/responses/Forbidden'
            '408':
              $ref: '#/components/responses/BodyTooSlow'
            '413':
              $ref: '#/components/responses/PayloadTooLarge'
            '414':
              $ref: '#/components/responses/TargetTooLong'
            '422':
              $ref: '#/components/responses/Unprocessable'
            '429':
              $ref: '#/components/responses/RateLimited'
            '500':
              $ref: '#/components/responses/Internal'
            '503':
              $ref: '#/components/responses/Unavailable'
        post:
          operationId: registerWebhook
          tags: [Webhooks]
          summary: Register an endpoint for events
          description: |
            The signing secret is in this answer and in no later one. Deliveries are POSTed with `X-Multibrand-Signature`
            (`sha256=` and the hexadecimal HMAC-SHA256 of the body under the whole secret), `X-Multibrand-Timestamp` (Unix seconds),
            `X-Multibrand-Event` and `X-Multibrand-Delivery` (the same on every attempt).
            Errors: FORBIDDEN (a member token), VALIDATION, WEBHOOK_URL_NOT_ALLOWED, WEBHOOK_EVENT_UNKNOWN, IDEMPOTENCY_KEY_REUSED,
            CONFLICT when ten endpoints are active.
          security:
            - organisationKey: []
          parameters:
            - $ref: '#/components/parameters/IdempotencyKey'
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  $ref: '#/components/schemas/WebhookRequest'
                examples:
                  one:
                    value: {"url":"https://hooks.example.com/wallet","events":["wallet.credited"]}
          responses:
            '201':
              description: The endpoint with its secret.
              headers:
                X-Request-Id:
                  $ref: '#/components/headers/X-Request-Id'
              content:
                application/json:
                  schema:
                    $ref: '#/components/schemas/WebhookCreated'
                  examples:
                    one:
                      value: {"id":"whk_0a1b2c3d4e5f60718293a4b5c6d7e8f9","url":"https://hooks.example.com/wallet","events":["wallet.credited"],"environment":"SANDBOX","signingSecret":"whsec_0102030405060708090a0b0c0d0e0f10","createdAt":"2026-03-02T10:00:00.000Z"}
            '400':
              $ref: '#/components/responses/BadRequest'
            '401':
              $ref: '#/components/responses/Unauthorized'
            '403':
              $ref: '#/components/responses/Forbidden'
            '408':
              $ref: '#/components/responses/BodyTooSlow'
            '409':
              $ref: '#/components/responses/Conflict'
            '413':
              $ref: '#/components/responses/PayloadTooLarge'
            '414':
              $ref: '#/components/responses/TargetTooLong'
            '415':
              $ref: '#/components/responses/BodyEncoded'
            '422':
              $ref: '#/components/responses/Unprocessable'
            '429':
              $ref: '#/components/responses/RateLimited'
            '500':
              $ref: '#/components/responses/Internal'
            '503':
              $ref: '#/components/responses/Unavailable'
      /v1/webhooks/{id}:
        delete:
          operationId: deleteWebhook
          tags: [Webhooks]
          summary: Disable an endpoint
          description: |
            Deleting it again answers as the first time. Errors: FORBIDDEN (a member token), NOT_FOUND, IDEMPOTENCY_KEY_REUSED.
          security:
            - organisationKey: []
          parameters:
            - $ref: '#/components/parameters/WebhookID'
            - $ref: '#/components/parameters/IdempotencyKey'
          responses:
            '200':
              description: The endpoint is disabled.
              headers:
                X-Request-Id:
                  $ref: '#/components/headers/X-Request-Id'
              content:
                application/json:
                  schema:
                    $ref: '#/components/schemas/WebhookDeleted'
                  examples:
                    one:
                      value: {"id":"whk_0a1b2c3d4e5f60718293a4b5c6d7e8f9","ok":true}
            '400':
              $ref: '#/components/responses/BadRequest'
            '401':
              $ref: '#/components/responses/Unauthorized'
            '403':
              $ref: '#/components/responses/Forbidden'
            '404':
              $ref: '#/components/responses/NotFound'
            '408':
              $ref: '#/components/responses/BodyTooSlow'
            '409':
              $ref: '#/components/responses/Conflict'
            '413':
              $ref: '#/components/responses/PayloadTooLarge'
            '414':
              $ref: '#/components/responses/TargetTooLong'
            '422':
              $ref: '#/components/responses/Unprocessable'
            '429':
              $ref: '#/components/responses/RateLimited'
            '500':
              $ref: '#/components/responses/Internal'
            '503':
              $ref: '#/components/responses/Unavailable'
      /openapi.yaml:
        get:
          operationId: getOpenAPIDocument
          tags: [Credentials]
          summary: This document
          description: |
            Needs no credential.
          security: []
          responses:
            '200':
              description: This document.
              headers:
                X-Request-Id:
                  $ref: '#/components/headers/X-Request-Id'
              content:
                application/yaml:
                  schema:
                    type: object
    components:
      securitySchemes:
        organisationKey:
          type: http
          scheme: bearer
          description: An organisation's key, for backends only.
        memberToken:
          type: http
          scheme: bearer
          description: A member token from `POST /v1/auth/exchange`.
      headers:
        X-Request-Id:
          description: This answer's id, for reports.
          schema:
            type: string
        Retry-After:
          description: After how many whole seconds to come again.
          required: true
          schema:
            type: integer
            minimum: 1
      parameters:
        IdempotencyKey:
          name: Idempotency-Key
          in: header
          description: One to 255 characters, best a random UUID; the same for every retry of one request.
          schema:
            type: string
            minLength: 1
            maxLength: 255
          example: 5d1e6b0a-7c55-4f5e-8a60-2f8f0f4b9a11
        Limit:
          name: limit
          in: query
          description: The rows of a page; 50 when left out.
          schema:
            type: integer
            minimum: 1
            maximum: 100
          example: 50
        Cursor:
          name: cursor
          in: query
          description: The previous page's nextCursor; left out for the first page. Opaque, and good for the same listing only.
          schema:
            type: string
        ExternalUserID:
          name: externalUserID
          in: query
          description: The member, when an organisation's key calls; a member token may name its own member only.
          schema:
            $ref: '#/components/schemas/ExternalUserID'
          example: cust-77
        MemberID:
          name: externalUserID
          in: path
          required: true
          description: The customer's stable id of the member, percent-encoded.
          schema:
            $ref: '#/components/schemas/ExternalUserID'
          example: cust-77
        RedemptionID:
          name: id
          in: path
          required: true
          schema:
            type: string
            minLength: 1
          example: red_5f0c1a9be2d74c3f8a6b0d1e2f3a4b5c
        HoldID:
          name: id
          in: path
          required: true
          schema:
            type: string
            minLength: 1
          example: hold_7d1c2b9ae0f34c5d8b6a1f2e3d4c5b6a
        HoldStatus:
          name: status
          in: query
          description: Only holds with this status.
          schema:
            $ref: '#/components/schemas/HoldStatus'
        WebhookID:
          name: id
          in: path
          required: true
          schema:
            type: string
            minLength: 1
          example: whk_0a1b2c3d4e5f60718293a4b5c6d7e8f9
        Status:
          name: status
          in: query
          description: Only those with this status.
          schema:
            $ref: '#/components/schemas/RedemptionStatus'
          example: SUBMITTED
        RetainBalance:
          name: retainBalance
          in: query
          description: Whether the balance is kept for a member who comes back; false when left out.
          schema:
            type: boolean
          example: true
        From:
          name: from
          in: query
          required: true
          description: From when on; a date-time with an offset, or a date, which is its midnight in UTC.
          schema:
            type: string
            format: date-time
          example: '2026-03-01T00:00:00Z'
        To:
          name: to
          in: query
          required: true
          description: Up to when; as from.
          schema:
            type: string
            format: date-time
          example: '2026-03-08T00:00:00Z'
        Interval:
          name: interval
          in: query
          required: true
          schema:
            type: string
            enum: [day, week, month]
          example: day
      responses:
        BadRequest:
          description: The request cannot be read at all.
          headers:
            X-Request-Id:
              $ref: '#/components/headers/X-Request-Id'
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/ErrorEnvelope'
              examples:
                BAD_REQUEST:
                  value: {"error":{"code":"BAD_REQUEST","message":"the body is not a JSON document"}}
        Unauthorized:
          description: The credential is missing, malformed, unknown, revoked or expired.
          headers:
            X-Request-Id:
              $ref: '#/components/headers/X-Request-Id'
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/ErrorEnvelope'
              examples:
                UNAUTHORIZED:
                  value: {"error":{"code":"UNAUTHORIZED","message":"send a working organisation key or member token as `Authorization: Bearer ...`"}}
        InsufficientOrgPoints:
          description: The prepaid pool does not cover the credit; nothing moved.
          headers:
            X-Request-Id:
              $ref: '#/components/headers/X-Request-Id'
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/ErrorEnvelope'
              examples:
                INSUFFICIENT_ORG_POINTS:
                  value: {"error":{"code":"INSUFFICIENT_ORG_POINTS","message":"the prepaid pool does not cover this credit: top it up and retry"}}
        Forbidden:
          description: The credential works and does not reach this far.
          headers:
            X-Request-Id:
              $ref: '#/components/headers/X-Request-Id'
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/ErrorEnvelope'
              examples:
                FORBIDDEN:
                  value: {"error":{"code":"FORBIDDEN","message":"this call takes an organisation's key, not a member token"}}
        NotFound:
          description: What is named does not exist, or is not visible to the caller.
          headers:
            X-Request-Id:
              $ref: '#/components/headers/X-Request-Id'
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/ErrorEnvelope'
              examples:
                NOT_FOUND:
                  value: {"error":{"code":"NOT_FOUND","message":"no active member has that externalUserID"}}
        BodyTooSlow:
          description: The body did not arrive in time.
          headers:
            X-Request-Id:
              $ref: '#/components/headers/X-Request-Id'
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/ErrorEnvelope'
              examples:
                BAD_REQUEST:
                  value: {"error":{"code":"BAD_REQUEST","message":"the body did not arrive in time"}}
        Conflict:
          description: The key came with another request before, or the state does not allow it.
          headers:
            X-Request-Id:
              $ref: '#/components/headers/X-Request-Id'
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/ErrorEnvelope'
              examples:
                IDEMPOTENCY_KEY_REUSED:
                  value: {"error":{"code":"IDEMPOTENCY_KEY_REUSED","message":"this Idempotency-Key came with another request before"}}
                REDEMPTION_ALREADY_EXISTS:
                  value: {"error":{"code":"REDEMPTION_ALREADY_EXISTS","message":"this member has a redemption of this offer"}}
                CONFLICT:
                  value: {"error":{"code":"CONFLICT","message":"a completed redemption cannot be canceled"}}
        PayloadTooLarge:
          description: The body is larger than is taken.
          headers:
            X-Request-Id:
              $ref: '#/components/headers/X-Request-Id'
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/ErrorEnvelope'
              examples:
                PAYLOAD_TOO_LARGE:
                  value: {"error":{"code":"PAYLOAD_TOO_LARGE","message":"the body must be at most 65536 bytes"}}
        TargetTooLong:
          description: Path and query are longer than 8192 bytes.
          headers:
            X-Request-Id:
              $ref: '#/components/headers/X-Request-Id'
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/ErrorEnvelope'
              examples:
                BAD_REQUEST:
                  value: {"error":{"code":"BAD_REQUEST","message":"the path and query are too long"}}
        BodyEncoded:
          description: The body has a Content-Encoding; only plain bodies are taken.
          headers:
            X-Request-Id:
              $ref: '#/components/headers/X-Request-Id'
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/ErrorEnvelope'
              examples:
                BAD_REQUEST:
                  value: {"error":{"code":"BAD_REQUEST","message":"the body has a Content-Encoding: send it plain"}}
        Unprocessable:
          description: The request is well-formed and breaks a rule, or the business refuses it.
          headers:
            X-Request-Id:
              $ref: '#/components/headers/X-Request-Id'
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/ErrorEnvelope'
              examples:
                VALIDATION:
                  value: {"error":{"code":"VALIDATION","message":"amount must be a whole number from 1 to 9007199254740991"}}
                INSUFFICIENT_POINTS:
                  value: {"error":{"code":"INSUFFICIENT_POINTS","message":"the member has too few points"}}
                OFFER_UNAVAILABLE:
                  value: {"error":{"code":"OFFER_UNAVAILABLE","message":"the offer has expired"}}
                WEBHOOK_EVENT_UNKNOWN:
                  value: {"error":{"code":"WEBHOOK_EVENT_UNKNOWN","message":"events names an event that does not exist"}}
                WEBHOOK_URL_NOT_ALLOWED:
                  value: {"error":{"code":"WEBHOOK_URL_NOT_ALLOWED","message":"url must not name a private address"}}
        RateLimited:
          description: Too many requests with this credential.
          headers:
            X-Request-Id:
              $ref: '#/components/headers/X-Request-Id'
            Retry-After:
              $ref: '#/components/headers/Retry-After'
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/ErrorEnvelope'
              examples:
                RATE_LIMITED:
                  value: {"error":{"code":"RATE_LIMITED","message":"too many requests with this credential"}}
        Internal:
          description: A fault of ours.
          headers:
            X-Request-Id:
              $ref: '#/components/headers/X-Request-Id'
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/ErrorEnvelope'
              examples:
                INTERNAL:
                  value: {"error":{"code":"INTERNAL","message":"a fault of ours: report it with the X-Request-Id of this answer"}}
        Unavailable:
          description: The answer took too long, or the database cannot take it now. The message says whether the request may have taken effect; repeating it under the same Idempotency-Key is safe and gives the outcome.
          headers:
            X-Request-Id:
              $ref: '#/components/headers/X-Request-Id'
            Retry-After:
              $ref: '#/components/headers/Retry-After'
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/ErrorEnvelope'
              examples:
                INTERNAL:
                  value: {"error":{"code":"INTERNAL","message":"the database did not answer, and it may have taken effect"}}
      schemas:
        ErrorEnvelope:
          type: object
          required: [error]
          properties:
            error:
              type: object
              required: [code, message]
              properties:
                code:
                  type: string
                  description: Stable between releases; new ones may appear.
                  examples: [VALIDATION]
                message:
                  type: string
                  description: For people; may change.
        ExternalUserID:
          type: string
          description: The customer's stable id of a member, without control characters.
          minLength: 1
          maxLength: 255
          pattern: '^[^\u0000-\u001f\u007f-\u009f]+$'
        Points:
          type: integer
          format: int64
          minimum: 0
          maximum: 9007199254740991
        Text:
          type: [string, 'null']
          pattern: '^[^\u0000]*$'
        Time:
          type: string
          format: date-time
          description: UTC, whole milliseconds.
        Currency:
          type: object
          required: [name, symbol]
          properties:
            name:
              type: string
            symbol:
              type: string
        ExchangeRequest:
          type: object
          required: [externalUserID]
          properties:
            externalUserID:
              $ref: '#/components/schemas/ExternalUserID'
            displayName:
              $ref: '#/components/schemas/Text'
              maxLength: 255
            email:
              $ref: '#/components/schemas/Text'
              maxLength: 320
            tier:
              $ref: '#/components/schemas/Text'
              minLength: 1
              maxLength: 100
        AccessToken:
          type: object
          required: [accessToken, expiresAt]
          properties:
            accessToken:
              type: string
            expiresAt:
              $ref: '#/components/schemas/Time'
        CreditRequest:
          type: object
          required: [externalUserID, amount]
          properties:
            externalUserID:
              $ref: '#/components/schemas/ExternalUserID'
            amount:
              type: integer
              format: int64
              minimum: 1
              maximum: 9007199254740991
            reason:
              $ref: '#/components/schemas/Text'
              maxLength: 500
        Credit:
          type: object
          required: [balance, currency]
          properties:
            balance:
              $ref: '#/components/schemas/Points'
            currency:
              $ref: '#/components/schemas/Currency'
        Wallet:
          type: object
          required: [balance, held, available, amountReceived, amountSpent, currency]
          properties:
            balance:
              description: What the member has, amountReceived - amountSpent.
              $ref: '#/components/schemas/Points'
            held:
              description: What active holds have set aside of the balance; an extension of ours.
              $ref: '#/components/schemas/Points'
            available:
              description: What can be spent now, balance - held; an extension of ours.
              $ref: '#/components/schemas/Points'
            amountReceived:
              $ref: '#/components/schemas/Points'
            amountSpent:
              $ref: '#/components/schemas/Points'
            currency:
              $ref: '#/components/schemas/Currency'
        Transaction:
          type: object
          required: [id, type, amount, reason, redemptionID, holdID, createdAt]
          properties:
            id:
              type: string
            type:
              type: string
              description: CREDIT or DEBIT; an open list. A credit with a redemptionID is a refund.
            amount:
              type: integer
              format: int64
              description: Positive for credits, negative for debits.
              minimum: -9007199254740991
              maximum: 9007199254740991
            reason:
              type: [string, 'null']
            redemptionID:
              type: [string, 'null']
            holdID:
              type: [string, 'null']
              description: The hold that the row captures; an extension of ours.
            createdAt:
              $ref: '#/components/schemas/Time'
        NextCursor:
          type: [string, 'null']
          description: What to send as cursor for the next page; null at the end.
        TransactionPage:
          type: object
          required: [transactions, nextCursor]
          properties:
            transactions:
              type: array
              items:
                $ref: '#/components/schemas/Transaction'
            nextCursor:
              $ref: '#/components/schemas/NextCursor'
        Offer:
          type: object
          required: [id, title, description, shortDescription, kind, type, pointsPrice, expiresAt]
          properties:
            id:
              type: string
            title:
              type: string
            description:
              type: string
            shortDescription:
              type: string
            kind:
              type: string
            type:
              type: string
            pointsPrice:
              type: [integer, 'null']
              description: null asks for no points, which is not 0.
              minimum: 0
              maximum: 9007199254740991
            expiresAt:
              type: [string, 'null']
              format: date-time
        OfferPage:
          type: object
          required: [data, nextCursor]
          properties:
            data:
              type: array
              items:
                $ref: '#/components/schemas/Offer'
            nextCursor:
              $ref: '#/components/schemas/NextCursor'
        HoldStatus:
          type: string
          enum: [HELD, CAPTURED, RELEASED, EXPIRED]
        HoldRequest:
          type: object
          required: [externalUserID, amount]
          properties:
            externalUserID:
              $ref: '#/components/schemas/ExternalUserID'
            amount:
              type: integer
              format: int64
              minimum: 1
              maximum: 9007199254740991
            reason:
              $ref: '#/components/schemas/Text'
              maxLength: 500
            expiresInSeconds:
              type: integer
              format: int64
              description: After how many seconds it expires; the installation's setting when it is left out.
              minimum: 1
              maximum: 2592000
        HoldCapture:
          type: object
          properties:
            amount:
              type: integer
              format: int64
              description: How many points to debit, at most the hold's; all of them when it is left out.
              minimum: 1
              maximum: 9007199254740991
        Hold:
          type: object
          required: [id, externalUserID, amount, captured, status, reason, createdAt, expiresAt, endedAt]
          properties:
            id:
              type: string
            externalUserID:
              $ref: '#/components/schemas/ExternalUserID'
            amount:
              description: What is set aside, the most that a capture can debit.
              $ref: '#/components/schemas/Points'
            captured:
              description: What the capture debited; 0 without one.
              $ref: '#/components/schemas/Points'
            status:
              $ref: '#/components/schemas/HoldStatus'
            reason:
              type: [string, 'null']
            createdAt:
              $ref: '#/components/schemas/Time'
            expiresAt:
              $ref: '#/components/schemas/Time'
            endedAt:
              type: [string, 'null']
              format: date-time
        HoldPage:
          type: object
          required: [holds, nextCursor]
          properties:
            holds:
              type: array
              items:
                $ref: '#/components/schemas/Hold'
            nextCursor:
              $ref: '#/components/schemas/NextCursor'
        RedemptionStatus:
          type: string
          enum: [SUBMITTED, OPEN, AWAITING_VENDOR, AWAITING_CUSTOMER, PURCHASED, COMPLETED, CANCELED]
        RedemptionRequest:
          type: object
          required: [offer]
          properties:
            offer:
              type: string
              description: The offer's id.
              minLength: 1
              maxLength: 255
              pattern: '^[^\u0000]+$'
            externalUserID:
              description: The member, when an organisation's key calls.
              anyOf:
                - $ref: '#/components/schemas/ExternalUserID'
                - type: 'null'
        Redemption:
          type: object
          required: [id, offer, status, createdAt, startAt, endAt]
          properties:
            id:
              type: string
            offer:
              type: string
              description: The offer's id.
            status:
              $ref: '#/components/schemas/RedemptionStatus'
            createdAt:
              $ref: '#/components/schemas/Time'
            startAt:
              type: [string, 'null']
              format: date-time
            endAt:
              type: [string, 'null']
              format: date-time
        RedemptionPage:
          type: object
          required: [redemptions, nextCursor]
          properties:
            redemptions:
              type: array
              items:
                $ref: '#/components/schemas/Redemption'
            nextCursor:
              $ref: '#/components/schemas/NextCursor'
        Eligibility:
          type: object
          required: [tier, wallet]
          properties:
            tier:
              type: string
            wallet:
              $ref: '#/components/schemas/Wallet'
        MemberRequest:
          type: object
          properties:
            displayName:
              $ref: '#/components/schemas/Text'
              maxLength: 255
            tier:
              $ref: '#/components/schemas/Text'
              minLength: 1
              maxLength: 100
            attributes:
              type: [object, 'null']
              description: At most 16384 bytes as JSON, without U+0000 and numbers beyond 1e308.
              additionalProperties: true
        Member:
          type: object
          required: [externalUserID, displayName, tier, attributes]
          properties:
            externalUserID:
              type: string
            displayName:
              type: [string, 'null']
            tier:
              type: string
            attributes:
              type: [object, 'null']
              additionalProperties: true
        MemberSummary:
          allOf:
            - $ref: '#/components/schemas/Member'
            - type: object
              required: [wallet, redemptionCounts]
              properties:
                wallet:
                  $ref: '#/components/schemas/Wallet'
                redemptionCounts:
                  type: object
                  required: [SUBMITTED, OPEN, AWAITING_VENDOR, AWAITING_CUSTOMER, PURCHASED, COMPLETED, CANCELED]
                  additionalProperties:
                    type: integer
                    minimum: 0
        Removal:
          type: object
          required: [externalUserID, archived, balanceRetained]
          properties:
            externalUserID:
              type: string
            archived:
              type: boolean
            balanceRetained:
              type: boolean
        AnalyticsSummary:
          type: object
          required: [memberCount, pointsMinted, pointsSpent, completionRate, redemptions]
          properties:
            memberCount:
              type: integer
              minimum: 0
            pointsMinted:
              type: integer
              minimum: 0
            pointsSpent:
              type: integer
              minimum: 0
            completionRate:
              type: number
              description: Completed redemptions in all of them, to four places.
              minimum: 0
              maximum: 1
            redemptions:
              type: object
              required: [submitted, open, awaiting_vendor, awaiting_customer, purchased, completed, canceled, total]
              additionalProperties:
                type: integer
                minimum: 0
        AnalyticsOffers:
          type: object
          required: [offers]
          properties:
            offers:
              type: array
              items:
                type: object
                required: [offerId, signups, completions, cancellations, pointsSpent]
                properties:
                  offerId:
                    type: string
                  signups:
                    type: integer
                    minimum: 0
                  completions:
                    type: integer
                    minimum: 0
                  cancellations:
                    type: integer
                    minimum: 0
                  pointsSpent:
                    type: integer
                    minimum: 0
        AnalyticsTimeseries:
          type: object
          required: [buckets]
          properties:
            buckets:
              type: array
              items:
                type: object
                required: [startTime, endTime, signups, pointsMinted, pointsSpent]
                properties:
                  startTime:
                    $ref: '#/components/schemas/Time'
                  endTime:
                    $ref: '#/components/schemas/Time'
                  signups:
                    type: integer
                    minimum: 0
                  pointsMinted:
                    type: integer
                    minimum: 0
                  pointsSpent:
                    type: integer
                    minimum: 0
        Environment:
          type: string
          enum: [SANDBOX, LIVE]
        WebhookEvent:
          type: string
          enum:
            - redemption.created
            - redemption.open
            - redemption.awaiting_vendor
            - redemption.awaiting_customer
            - redemption.purchased
            - redemption.completed
            - redemption.canceled
            - wallet.credited
            - wallet.debited
            - wallet.hold_created
            - wallet.hold_captured
            - wallet.hold_released
            - wallet.hold_expired
            - member.created
            - member.tier_changed
            - member.removed
            - org.points.low
            - org.points.purchased
        WebhookRequest:
          type: object
          required: [url, events]
          properties:
            url:
              type: string
              description: https, to a public address, without user or fragment.
              format: uri
              maxLength: 2048
            events:
              type: array
              minItems: 1
              items:
                $ref: '#/components/schemas/WebhookEvent'
        WebhookCreated:
          type: object
          required: [id, url, events, environment, signingSecret, createdAt]
          properties:
            id:
              type: string
            url:
              type: string
            events:
              type: array
              items:
                $ref: '#/components/schemas/WebhookEvent'
            environment:
              $ref: '#/components/schemas/Environment'
            signingSecret:
              type: string
              description: The key of every delivery's signature; shown this once.
              pattern: '^whsec_'
            createdAt:
              $ref: '#/components/schemas/Time'
        Webhook:
          type: object
          required: [id, url, events, environment, createdAt, disabledAt]
          properties:
            id:
              type: string
            url:
              type: string
            events:
              type: array
              items:
                $ref: '#/components/schemas/WebhookEvent'
            environment:
              $ref: '#/components/schemas/Environment'
            createdAt:
              $ref: '#/components/schemas/Time'
            disabledAt:
              type: [string, 'null']
              format: date-time
        WebhookList:
          type: object
          required: [data]
          properties:
            data:
              type: array
              items:
                $ref: '#/components/schemas/Webhook'
        WebhookDeleted:
          type: object
          required: [id, ok]
          properties:
            id:
              type: string
            ok:
              type: boolean

    """##
